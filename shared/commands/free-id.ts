import { type Kind, outside, recordsOf, schema, type Topology } from '../model/index.ts';

const longest = 63;

/**
 * An id that no record of the kind has and that is not reserved, as near to the wanted text as a DNS-1123 label can be:
 * `My Wörkload` gives `my-workload`, and `my-workload-2` where that is taken. Text without any Latin letter or digit
 * gives the kind's name. For a pool the wanted text and the result are `cluster/pool`.
 */
export function freeId(
  topology: Topology,
  kind: Kind,
  wanted: string,
  reserved: ReadonlySet<string> = new Set(),
): string {
  const slash = kind === 'pool' ? wanted.indexOf('/') : -1;
  const prefix = wanted.slice(0, slash + 1);
  const records = recordsOf(topology, kind);
  // In the matrix `outside` stands for all externals, so no zone can have that id.
  const isFree = (id: string): boolean =>
    !Object.hasOwn(records, prefix + id) && !reserved.has(prefix + id) && !(kind === 'zone' && id === outside);

  const wish = label(wanted.slice(slash + 1)) || kind;
  if (isFree(wish)) return prefix + wish;
  // `web-2` counts on to `web-3`, not to `web-2-2`.
  const [, stem = wish, count] = /^(.*?)(?:-(\d{1,6}))?$/.exec(wish) ?? [];
  const base = stem === '' ? wish : stem;
  for (let n = stem === '' || count === undefined ? 2 : Number(count) + 1; ; n += 1) {
    const suffix = `-${n}`;
    const id = base.slice(0, longest - suffix.length).replace(/-+$/, '') + suffix;
    if (isFree(id)) return prefix + id;
  }
}

/** Whether a text is an id as the design file allows it. */
export function isId(text: string): boolean {
  return schema.idPattern.test(text);
}

function label(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/ø/g, 'o')
    .replace(/æ/g, 'ae')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, longest)
    .replace(/-+$/, '');
}
