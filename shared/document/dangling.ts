/** References to records that are not there. The record that holds one stays: only its author knows what was meant. */
import type { Problem } from '../lib/problem.ts';
import type { Ref } from '../model/index.ts';
import { findRecord, kinds, recordsOf, references } from '../model/index.ts';
import type { DesignDocument } from './document.ts';
import { nearest } from './nearest.ts';

export function findDangling({ topology, unreadable }: DesignDocument): Problem[] {
  const known = new Map<string, boolean>();
  const exists = (target: Ref): boolean => {
    const key = `${target.kind}:${target.id}`;
    let answer = known.get(key);
    if (answer === undefined) {
      answer = findRecord(topology, target) !== undefined;
      known.set(key, answer);
    }
    return answer;
  };
  return references(topology)
    .filter(({ target }) => !exists(target))
    .map(({ target, from, path }) => {
      const label = kinds[target.kind].label.toLowerCase();
      const holder = from === undefined ? `The ${String(path[0])}` : `${kinds[from.kind].label} “${from.id}”`;
      const isUnreadable = unreadable.some(
        (part) => part.subject?.kind === target.kind && part.subject.id === target.id,
      );
      const close = nearest(target.id, Object.keys(recordsOf(topology, target.kind)));
      const advice = isUnreadable
        ? 'It stands in the file but cannot be read; correct it there.'
        : close === undefined
          ? `Add the ${label} or correct the name.`
          : `Did you mean “${close}”? Correct the name.`;
      return {
        rule: 'reference/dangling',
        // A place on the canvas for something that is gone harms nobody.
        severity: path[0] === 'layout' ? 'info' : 'error',
        message: `${holder} names the ${label} “${target.id}”, which ${isUnreadable ? 'could not be loaded' : 'does not exist'}. ${advice}`,
        ...(from && { subject: from }),
        path,
        fixable: false,
      };
    });
}
