import { schema } from '../model/index.ts';

const longest = 63;

/** Gives ids that a design can hold, each once: `My App` becomes `my-app`, and `my-app-2` where that is taken. */
export class Ids {
  private readonly taken = new Set<string>();

  constructor(reserved: Iterable<string> = []) {
    for (const id of reserved) this.taken.add(id);
  }

  take(wanted: string, fallback: string): string {
    const stem = label(wanted) || fallback;
    for (let n = 1; ; n += 1) {
      const suffix = n === 1 ? '' : `-${n}`;
      const id = stem.slice(0, longest - suffix.length).replace(/-+$/, '') + suffix;
      if (this.taken.has(id)) continue;
      this.taken.add(id);
      return id;
    }
  }
}

export function isId(text: string): boolean {
  return schema.idPattern.test(text);
}

/** As near to the text as a DNS-1123 label can be; empty where nothing of it can stay. */
export function label(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, longest)
    .replace(/-+$/, '');
}
