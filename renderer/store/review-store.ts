/**
 * The review of a change: which two designs are compared, what differs, where the reviewer is, and what was decided. It
 * outlives the panel, so that coming back shows it as it was left. Like the rest of the window's state it is never undone.
 */
import { createStore } from 'zustand/vanilla';
import type { DrawnManifests, ManifestFile } from '../../shared/analysis/index.ts';
import type { DifferenceClass, Grade, Layer, Review, ReviewEntry } from '../../shared/diff/index.ts';
import { entriesOf } from '../../shared/diff/index.ts';
import type { Problem } from '../../shared/lib/problem.ts';
import type { Topology } from '../../shared/model/index.ts';
import type { ReviewFile, ReviewMark } from '../../shared/review/index.ts';

/** One side of the comparison. What is open and what is saved follow the window; the others stay as they were read. */
export type ReviewSide =
  | { readonly kind: 'open' }
  | { readonly kind: 'saved' }
  | {
      readonly kind: 'file' | 'git' | 'disk';
      readonly title: string;
      /** Author, date and whatever else tells this one from others. */
      readonly about?: string;
      readonly revision?: string;
      readonly topology: Topology;
      readonly text: string;
    }
  | {
      /** Manifests of whoever: compared object by object, with what a design exports where the other side is one. */
      readonly kind: 'folder';
      readonly title: string;
      readonly files: readonly ManifestFile[];
      /** True for what was read from clusters: each folder is the cluster of its name. */
      readonly byFolder?: boolean;
      /** Why something of the clusters is not among the files, one sentence each. */
      readonly withheld?: readonly string[];
    };

export type ReviewShow = 'both' | 'before' | 'after' | 'slider' | 'split';

export interface ReviewFilter {
  readonly text: string;
  readonly class?: DifferenceClass;
  readonly zone?: string;
  /** Where nobody knows zones. */
  readonly namespace?: string;
  /** This grave or graver. */
  readonly severity?: Grade;
  readonly layer?: Layer;
  readonly state?: 'open' | 'accepted' | 'rejected';
}

/** A comparison that has been made. */
export interface Compared {
  /** True where a side is a folder of manifests: then that side has no records, and its design below is empty. */
  readonly isOfManifests: boolean;
  /** As they were chosen. */
  readonly sides: { readonly before: ReviewSide; readonly after: ReviewSide };
  readonly before: Topology;
  readonly after: Topology;
  readonly review: Review;
  /** Every entry by its id. */
  readonly entries: ReadonlyMap<string, ReviewEntry>;
  /** Where several clusters were compared: by id of the drawn one, under which name the live one was read. */
  readonly clusters?: ReadonlyMap<string, string>;
  /** What could not be compared, one sentence each. */
  readonly gaps: readonly string[];
  /** Of two folders of manifests, where they hold workloads: both as they would be imported. */
  readonly drawn?: DrawnManifests;
  /** Of what either side says, for the file of the review. */
  readonly hashes: { readonly before: string; readonly after: string };
}

/** What is known of the file beside the design. */
export interface ReviewFileState {
  /** The design that it lies beside. */
  readonly path: string;
  readonly etag?: string | undefined;
  /** As it was read or written last. */
  readonly stored?: ReviewFile | undefined;
  /** Where there are some, nothing is written until the user says so. */
  readonly problems: readonly Problem[];
  readonly isSaving: boolean;
  /** Why the last write did not happen. */
  readonly failure?: string | undefined;
}

/** The marks that one decision changed, by id of the entry: as they were, and as it left them. */
export interface DecisionStep {
  readonly before: Readonly<Record<string, ReviewMark | undefined>>;
  readonly after: Readonly<Record<string, ReviewMark | undefined>>;
}

export interface ReviewState {
  /** The document that all of this is about. */
  readonly documentId?: string;
  readonly before: ReviewSide;
  readonly after: ReviewSide;
  /** Why the last choice could not be read. */
  readonly failure?: string | undefined;
  /** How far the reading of a folder is, while one is read. */
  readonly reading?: string | undefined;
  readonly compared?: Compared | undefined;
  /** True while what is listed is older than the designs and a comparison is under way. */
  readonly isBusy: boolean;
  /** What the comparison is doing, where it takes so long that one wants to know. */
  readonly doing?: string | undefined;
  /** True where the comparison was called off and the designs are as they were then. */
  readonly isCalledOff: boolean;
  readonly show: ReviewShow;
  /** Where the slider stands, 0 to 1. */
  readonly slider: number;
  /** The id of an entry. */
  readonly selected?: string | undefined;
  readonly filter: ReviewFilter;
  readonly marks: Readonly<Record<string, ReviewMark>>;
  /** What was decided in this window, oldest first, for taking it back. */
  readonly steps: readonly DecisionStep[];
  readonly file?: ReviewFileState | undefined;
  /** Asks for the comment field of the selected entry. */
  readonly commenting: boolean;
}

export type ReviewStore = ReturnType<typeof createReviewStore>;

export const noFilter: ReviewFilter = { text: '' };

export function createReviewStore() {
  return createStore<ReviewState>()(() => fresh());
}

/** Nothing compared yet: the saved state with what is open. */
export function fresh(documentId?: string): ReviewState {
  return {
    ...(documentId !== undefined && { documentId }),
    before: { kind: 'saved' },
    after: { kind: 'open' },
    failure: undefined,
    reading: undefined,
    compared: undefined,
    isBusy: false,
    doing: undefined,
    isCalledOff: false,
    show: 'both',
    slider: 0.5,
    selected: undefined,
    filter: noFilter,
    marks: {},
    steps: [],
    file: undefined,
    commenting: false,
  };
}

export function titleOfSide(side: ReviewSide): string {
  return side.kind === 'open' ? 'open design' : side.kind === 'saved' ? 'saved state' : side.title;
}

export function byId(review: Review): ReadonlyMap<string, ReviewEntry> {
  return new Map(entriesOf(review).map((e) => [e.id, e]));
}

/** The selected entry, where the comparison still has it. */
export function selectedEntry(state: Pick<ReviewState, 'compared' | 'selected'>): ReviewEntry | undefined {
  return state.selected === undefined ? undefined : state.compared?.entries.get(state.selected);
}
