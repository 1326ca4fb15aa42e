import { describe, expect, it } from 'vitest';
import { loadDesign } from '../index.ts';
import { apiVersion } from '../schema.ts';
import { migrate, versionNumber, versions } from './index.ts';

describe('versions', () => {
  it('should end with the one that the schema describes, which alone has nothing to migrate to', () => {
    expect(versions.at(-1)?.apiVersion).toBe(apiVersion);
    expect(versions.slice(0, -1).every((version) => version.migrate !== undefined)).toBe(true);
    expect(versions.at(-1)?.migrate).toBeUndefined();
  });

  it.each(versions.map((version) => version.apiVersion))('should load %s as the newest', (version) => {
    const { document, problems } = loadDesign(`apiVersion: ${version}\nkind: Topology\nmetadata: {name: n}\n`);
    expect(problems).toEqual([]);
    expect(document?.topology.apiVersion).toBe(apiVersion);
  });

  it('should migrate step by step from where the value stands', () => {
    const step = (n: number) => ({
      apiVersion: `zonewright/v${n}`,
      migrate: (value: object) => ({ ...value, apiVersion: `zonewright/v${n + 1}`, [`from${n}`]: true }),
    });
    const chain = [step(1), step(2), { apiVersion: 'zonewright/v3' }];
    expect(migrate({ apiVersion: 'zonewright/v1' }, chain)).toEqual({
      apiVersion: 'zonewright/v3',
      from1: true,
      from2: true,
    });
    expect(migrate({ apiVersion: 'zonewright/v2' }, chain)).toEqual({ apiVersion: 'zonewright/v3', from2: true });
    expect(migrate({ apiVersion: 'zonewright/v3' }, chain)).toEqual({ apiVersion: 'zonewright/v3' });
  });

  it('should be numbered', () => {
    expect(['zonewright/v1', 'zonewright/v12', 'zonewright/v01', 'zonewright/vx', 'v1'].map(versionNumber)).toEqual([
      1,
      12,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
