import { describe, expect, it } from 'vitest';
import { foldersOf } from './cluster.ts';

describe('foldersOf', () => {
  it('should give each context a folder of its own, so that two clusters are never taken for one', () => {
    expect([...foldersOf(['prod', 'team/prod', 'team-prod', '', 'prod'])]).toEqual([
      ['prod', 'prod'],
      ['team/prod', 'team-prod'],
      ['team-prod', 'team-prod-2'],
      ['', 'cluster'],
    ]);
  });
});
