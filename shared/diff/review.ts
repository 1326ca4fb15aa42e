/**
 * What a reviewer gets: one list of everything that differs, over four layers, in which each consequence stands under the
 * edit that caused it. Plain data, so that it crosses to a worker, a report and a pipeline as it is.
 */
import { sha256Hex } from '../lib/sha256.ts';
import type { PortRange } from '../reach/index.ts';
import {
  type Change,
  compareGravity,
  type DifferenceClass,
  type Entry,
  type FieldChange,
  type Grade,
} from './entry.ts';

/**
 * Where a difference shows: in what the author did, in who can connect, in how well things are kept apart, in the objects
 * that are applied.
 */
export type Layer = 'record' | 'connection' | 'isolation' | 'manifest';

export const layers: readonly Layer[] = ['record', 'connection', 'isolation', 'manifest'];

/** A kind of record, or `Connection`, or a kind of Kubernetes object. */
export interface ReviewSubject {
  readonly kind: string;
  readonly id: string;
}

/** One end of a connection: a workload, or addresses outside the clusters. */
export type ReviewEnd =
  | {
      readonly kind: 'workload';
      /** The record's id; in manifests `NAMESPACE/NAME[KIND]`. */
      readonly id: string;
      readonly title: string;
      /** Absent where only one cluster is compared. */
      readonly cluster?: string;
      readonly zone?: string;
      /** Between manifests, where nobody knows zones; absent for pods of namespaces that do not exist yet. */
      readonly namespace?: string;
    }
  | {
      readonly kind: 'addresses';
      /** Canonical CIDRs. */
      readonly cidrs: readonly string[];
      readonly title: string;
      /** The external of the design that means exactly these addresses, or more. */
      readonly external?: string;
      /** 0 to 100, where that external names its own trust. */
      readonly trust?: number;
    };

/** Pairs that changed alike: every sender and every receiver, but nobody and itself. */
export interface ConnectionBlock {
  readonly kind: 'opened' | 'closed' | 'widened' | 'narrowed' | 'shifted';
  readonly from: readonly ReviewEnd[];
  readonly to: readonly ReviewEnd[];
  /** Ports of the receiver's pods, sorted; empty where nothing was or is allowed. */
  readonly before: readonly PortRange[];
  readonly after: readonly PortRange[];
  readonly opened: readonly PortRange[];
  readonly closed: readonly PortRange[];
  /** How many ordered pairs it stands for. */
  readonly pairs: number;
}

/** An object of the export, or of a folder of manifests. */
export interface ManifestPart {
  readonly cluster?: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** Paths of the files that hold it; absent where it is not there. */
  readonly fileBefore?: string;
  readonly fileAfter?: string;
  /** Its identity before, where it is the same object under another name or in another namespace. */
  readonly renamedFrom?: { readonly namespace?: string; readonly name: string };
  readonly fields: readonly FieldChange[];
  /** Fields that Kubernetes lets nobody change, so that the object has to be deleted and made again. */
  readonly immutable: readonly string[];
  /** The object as YAML; absent where it is not there. Lines come from `diffLines`. */
  readonly textBefore?: string;
  readonly textAfter?: string;
}

export interface ReviewEntry {
  /** The same in every run for the same thing, so that a mark "reviewed" finds its entry again. */
  readonly id: string;
  /** Changes when anything that the entry says changes, so that a mark on an older state is noticed. */
  readonly print: string;
  readonly layer: Layer;
  readonly class: DifferenceClass;
  readonly severity: Grade;
  readonly change: Change;
  readonly subject: ReviewSubject;
  readonly before?: unknown;
  readonly after?: unknown;
  /** The edits that led to it; several where each was needed. Between manifests these are objects. Empty where none is known. */
  readonly causes: readonly ReviewSubject[];
  /** What it is about; without a period. */
  readonly title: string;
  /** Sentences. */
  readonly message: string;
  /** Further lines, such as the fields of a record. */
  readonly details: readonly string[];
  /** Zones concerned, `outside` among them, sorted. */
  readonly zones: readonly string[];
  /** Between manifests, where nobody knows zones: the namespaces concerned, sorted. */
  readonly namespaces?: readonly string[];
  /** In the layer of connections. */
  readonly connection?: ConnectionBlock;
  /** In the layer of manifests, and where a lost guard rail stood. */
  readonly manifest?: ManifestPart;
}

/** An edit with all that follows from it. Between manifests each changed object is an edit. */
export interface ReviewGroup {
  /** `flow:orders`, `NetworkPolicy:web/default-deny`: the edit's kind and id. */
  readonly key: string;
  readonly title: string;
  /** The edit itself, where it is one of a record. */
  readonly edit?: Entry;
  /** Of its gravest entry. */
  readonly class: DifferenceClass;
  readonly severity: Grade;
  /** Gravest first; never empty. */
  readonly entries: readonly ReviewEntry[];
}

export interface Review {
  /** Gravest first. */
  readonly groups: readonly ReviewGroup[];
  /** The layer of records as it is applied: `applyDifference(before, records)` is the newer design. Empty between manifests. */
  readonly records: readonly Entry[];
}

/** Every entry, gravest first. */
export function entriesOf(review: Pick<Review, 'groups'>): ReviewEntry[] {
  return review.groups.flatMap((group) => group.entries).sort(compareGravity);
}

/** Completes an entry with the print of what it says. */
export function reviewEntry(entry: Omit<ReviewEntry, 'print'>): ReviewEntry {
  return { ...entry, print: digest([entry.class, entry.severity, entry.change, entry.message, entry.details]) };
}

/** 16 hexadecimal digits that stand for a value. */
export function digest(value: unknown): string {
  return sha256Hex(JSON.stringify(value)).slice(0, 16);
}

/** What names an edit among all of a comparison: `flow:orders`. */
export function editKey(subject: ReviewSubject): string {
  return `${subject.kind}:${subject.id}`;
}

/**
 * Puts entries under the edit that caused them, gravest first. Where several edits were needed together the first of the
 * causes leads. An entry without a known cause stands under its own subject.
 */
export function groupEntries(entries: readonly ReviewEntry[], edits: readonly Entry[]): ReviewGroup[] {
  const byKey = new Map(edits.map((edit) => [editKey(edit.subject), edit]));
  const groups = new Map<string, ReviewEntry[]>();
  for (const entry of entries) {
    const key = editKey(entry.causes[0] ?? entry.subject);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [entry]);
    else known.push(entry);
  }
  return [...groups]
    .map(([key, own]): ReviewGroup => {
      const edit = byKey.get(key);
      const sorted = own.sort(compareGravity);
      const [gravest] = sorted;
      return {
        key,
        title: edit?.title ?? own.find((entry) => isObject(entry, key))?.title ?? gravest?.title ?? key,
        ...(edit !== undefined && { edit }),
        class: gravest?.class ?? 'neutral',
        severity: gravest?.severity ?? 'low',
        entries: sorted,
      };
    })
    .sort((a, b) => compareGravity(a, b) || consequences(b) - consequences(a));
}

/** Between manifests the changed object is the edit. */
function isObject({ layer, subject }: ReviewEntry, key: string): boolean {
  return layer === 'manifest' && editKey(subject) === key;
}

/** Of equally grave edits, those that lead to more come first. */
function consequences({ entries }: ReviewGroup): number {
  return entries.filter((entry) => entry.class !== 'neutral' && entry.layer !== 'record').length;
}
