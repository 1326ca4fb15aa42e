import { describe, expect, it } from 'vitest';
import { readCase } from '../testing/cluster-ir.ts';
import type { CoverageNote } from './bundle.ts';
import { enforcedBy } from './coverage.ts';
import { compile } from './index.ts';

describe('coverage', () => {
  it('should name the objects of the kind that a note speaks of, of its own zone', () => {
    const { coverage } = compile(readCase('gvisor-in-the-dmz'));
    const by = (subject: string) => coverage.find((n) => n.subject === subject)?.by;
    expect(by('Runtimes')).toEqual(['ValidatingAdmissionPolicy zone-dmz-runtime']);
    expect(by('Default runtime of zone “dmz”')).toEqual(['ValidatingAdmissionPolicy zone-dmz-runtime']);
    expect(by('Zone labels')).toEqual([
      'ValidatingAdmissionPolicy zonewright-namespaces',
      'ValidatingAdmissionPolicy zonewright-nodes',
    ]);
    for (const note of coverage) if (note.state === 'not-enforced') expect(note.by).toBeUndefined();
  });

  it('should name some and count the others', () => {
    const note: CoverageNote = { cluster: 'a', state: 'enforced', subject: 'Pods', text: 'By Thing objects.' };
    const files = ['d', 'b', 'c', 'a', 'e'].map((name) => ({
      path: `${name}.yaml`,
      inKustomization: true,
      objects: [{ object: { apiVersion: 'v1', kind: 'Thing', metadata: { name, namespace: 'n' } }, causes: [] }],
    }));
    expect(enforcedBy([note], files, 'zone')[0]?.by).toEqual(['Thing n/a', 'Thing n/b', 'Thing n/c', 'and 2 more']);
  });
});
