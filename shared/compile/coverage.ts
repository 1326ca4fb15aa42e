/** Coverage notes: what the manifests enforce and what they cannot, in plain words. */
import type { KubeObject } from '../k8s/index.ts';
import { sortBy, unique } from '../lib/sort.ts';
import type { CoverageNote } from './bundle.ts';
import type { EmittedFile } from './define.ts';

/** What is not enforced first, each note once, in an order that depends on nothing but the notes. */
export function sortCoverage(notes: readonly CoverageNote[]): CoverageNote[] {
  const distinct = new Map(notes.map((n) => [[n.cluster, n.state, n.subject, n.text].join('\n'), n]));
  return sortBy(
    distinct.values(),
    (n) => n.cluster,
    (n) => (n.state === 'not-enforced' ? 0 : 1),
    (n) => n.subject,
    (n) => n.text,
  );
}

/** How many objects a note names; the others are counted. */
const mostNamed = 3;

/**
 * The notes of one part of the compile with the objects that it enforces them by: those that the note names after their kind,
 * else those of the kinds that it speaks of where it names any, and of its own zone or namespace where it is about one. A note
 * that names nothing means all of them; `otherwise: 'none'` is for parts whose files hold more than their notes are about.
 */
export function enforcedBy(
  notes: readonly CoverageNote[],
  files: readonly EmittedFile[],
  zoneLabel: string,
  otherwise: 'all' | 'none' = 'all',
): CoverageNote[] {
  // A binding has the name of its policy and says nothing that the policy does not.
  const objects = files
    .flatMap((f) => ('objects' in f && f.inKustomization ? f.objects.map((o) => o.object) : []))
    .filter((o) => !o.kind.endsWith('Binding'));
  const kinds = unique(objects.map((o) => o.kind));
  return notes.map((note) => {
    if (note.state !== 'enforced') return note;
    const [, about, id] = /\b(zone|namespace) “?([^\s”]+)”?$/i.exec(note.subject) ?? [];
    const named = new Set(kinds.filter((k) => new RegExp(`\\b${k}\\b`).test(note.text)));
    const ofKinds = objects.filter((o) => named.has(o.kind));
    const byName = (ofKinds.length > 0 ? ofKinds : objects).filter((o) =>
      note.text.includes(`${o.kind} ${o.metadata.name} `),
    );
    const said = byName.length > 0 ? byName : ofKinds;
    const kind = about?.toLowerCase();
    const isOwn = (o: KubeObject) =>
      kind === 'zone' ? o.metadata.labels?.[zoneLabel] === id : o.metadata.namespace === id;
    // “Zone labels” is about all zones.
    const isAboutOne = kind !== undefined && objects.some(isOwn);
    const own = (said.length > 0 || otherwise === 'none' ? said : objects).filter((o) => !isAboutOne || isOwn(o));
    const names = sortBy(own.map(nameOf), (name) => name);
    const [first, left] = [names.slice(0, mostNamed), names.length - mostNamed];
    return names.length === 0 ? note : { ...note, by: left > 0 ? [...first, `and ${left} more`] : first };
  });
}

function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;
}
