import { describe, expect, it } from 'vitest';
import { type Comparison, compareConnections, type ReviewSubject } from '../diff/index.ts';
import { CauseFinder, explains } from './review-causes.ts';

const pod = (name: string) => ({
  object: { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'a' }, spec: { containers: [] } },
});
const closed = {
  object: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'deny', namespace: 'a' },
    spec: { podSelector: {}, policyTypes: ['Ingress'] },
  },
};
const pods = [pod('x'), pod('y')];
const nothing = compareConnections([...pods, closed], [...pods, closed]);
const opening = compareConnections([...pods, closed], pods);
const [change] = opening.changes;
const shows = (trial: Comparison) => change !== undefined && explains(trial, opening, change);
const edits = Array.from({ length: 16 }, (_, i): ReviewSubject => ({ kind: 'flow', id: String(i) }));

/** `doing`: the ids of the edits that open it when all of them are applied. */
function search(doing: readonly string[], objects: number) {
  let trials = 0;
  const finder = new CauseFinder(objects, (subjects) => {
    trials += 1;
    const has = doing.every((id) => subjects.some((subject) => subject.id === id));
    return has ? opening : nothing;
  });
  const found = finder.search(edits, shows);
  return { ids: found.causes.map((cause) => cause.id), isUntried: found.isUntried, trials };
}

describe('CauseFinder', () => {
  it('should find one edit among many by halving', () => {
    const found = search(['13'], 100);
    expect([found.ids, found.isUntried]).toEqual([['13'], false]);
    expect(found.trials).toBeLessThanOrEqual(8);
  });

  it('should give the fewest that it knows to hold all that is needed', () => {
    expect(search(['0', '3'], 100)).toMatchObject({ ids: ['0', '1', '2', '3'], isUntried: false });
  });

  it('should say where the trials did not suffice, and keep the cause among those it gives', () => {
    const { ids, isUntried, trials } = search(['0'], 30_000);
    expect([ids.includes('0'), ids.length > 1, isUntried, trials]).toEqual([true, true, true, 3]);
  });

  it('should say so too of edits that provenance names', () => {
    const finder = new CauseFinder(30_000, () => nothing);
    const candidates = edits.slice(0, 5).map((subject) => ({ subject, isGround: false }));
    expect(finder.pick(candidates, shows)).toMatchObject({ isUntried: true });
    expect(finder.pick(candidates.slice(0, 2), shows)).toMatchObject({ isUntried: false });
  });
});
