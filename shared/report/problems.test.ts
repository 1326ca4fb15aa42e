import { describe, expect, it } from 'vitest';
import { exportAsText, problemsAsSarif, problemsAsText } from './index.ts';

describe('problems', () => {
  const problem = {
    rule: 'flow/no-owner',
    severity: 'warning',
    message: 'No owner.',
    file: 'a b/shop.zones.yaml',
    line: 3,
    column: 5,
    fixable: true,
  } as const;

  it('should print as compilers do, without a place where there is none', () => {
    expect(problemsAsText([problem])).toBe('a b/shop.zones.yaml:3:5: warning: No owner. [flow/no-owner]\n');
    expect(problemsAsText([{ rule: 'x/y', severity: 'error', message: 'Bad.', fixable: false }])).toBe(
      'error: Bad. [x/y]\n',
    );
  });

  it.each([
    ['a b/shop.zones.yaml', 'a%20b/shop.zones.yaml'],
    ['/srv/shop.zones.yaml', 'file:///srv/shop.zones.yaml'],
    ['C:\\designs\\shop.zones.yaml', 'file:///C:/designs/shop.zones.yaml'],
  ])('should write %s as a URI in SARIF', (file, uri) => {
    const sarif = JSON.parse(problemsAsSarif([{ ...problem, file }], { version: '1', rules: [] }));
    expect(sarif.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(uri);
  });
});

describe('exports', () => {
  it('should list what changed and where it says what is not enforced, not what is the same', () => {
    const proven = { equal: 1, findings: [], counts: { extra: 0, missing: 0, 'cannot-say': 0 } };
    const text = exportAsText({
      files: [
        { path: 'a.yaml', change: 'added', causes: [] },
        { path: 'b.yaml', change: 'same', causes: [] },
        { path: 'c.yaml', change: 'edited', causes: [] },
      ],
      coverage: [{ cluster: 'prod', state: 'not-enforced', subject: 'nodes', text: 'Nodes reach their pods.' }],
      proof: {
        connections: {
          equal: 3,
          findings: [],
          counts: { extra: 0, 'extra-by-address': 0, missing: 0, 'cannot-say': 0 },
          choices: [],
        },
        placement: proven,
        storage: proven,
        runtime: proven,
      },
    });
    expect(text).toBe(
      '+ a.yaml\n! c.yaml (edited)\n\nWhat the manifests cannot enforce, and why:\n  prod/coverage.md: 1\n',
    );
  });
});
