import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { loadDesign } from '../document/index.ts';
import type { Topology } from '../model/index.ts';
import { checksAsNetassert, checksAsScript } from '../report/index.ts';
import { liveChecks, mostDenied } from './live-checks.ts';

const template = new URL('../../templates/online-boutique.zones.yaml', import.meta.url);
const design = loadDesign(readFileSync(template, 'utf8')).document?.topology as Topology;

describe('liveChecks', () => {
  it('should try every drawn connection at a listed port, and some that are not drawn', () => {
    const [own] = liveChecks(design);
    const named = (name: string) => own?.checks.find((c) => c.name === name)?.isAllowed;
    expect(own?.cluster).toBe('boutique');
    expect(named('frontend-to-cartservice-tcp-7070')).toBe(true);
    expect(named('cartservice-to-frontend-tcp-8080')).toBe(false);
    expect(own?.checks.some((c) => c.from.name === c.to.name)).toBe(false);
  });

  it('should leave out what runs to an end, what is on the host network, and UDP that has to fail', () => {
    const workloads = {
      a: { namespace: 'n', ports: { dns: { port: 53, protocol: 'UDP' as const } } },
      b: { namespace: 'n', ports: { http: { port: 80 } } },
      job: { namespace: 'n', kind: 'Job' as const, ports: { http: { port: 80 } } },
      host: { namespace: 'n', hostNetwork: true, ports: { http: { port: 80 } } },
    };
    const small: Topology = {
      ...design,
      zones: { z: { trust: 1, intraZone: 'deny' } },
      clusters: { c: { distribution: 'kind', version: '1.37' } },
      namespaces: { n: { cluster: 'c', zone: 'z' } },
      workloads,
      flows: {},
      externals: {},
    };
    expect(liveChecks(small)[0]?.checks.map((c) => c.name)).toEqual(['a-to-b-tcp-80']);
  });

  it('should keep the number of those that have to fail in hand', () => {
    const many = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`w${i}`, { namespace: 'web', ports: { http: { port: 80 } } }]),
    );
    const [own] = liveChecks({
      ...design,
      workloads: many,
      flows: {},
      zones: { ...design.zones, dmz: { trust: 20, intraZone: 'deny' } },
    });
    expect(own?.checks.length).toBeLessThanOrEqual(mostDenied);
    expect((own?.checks.length ?? 0) + (own?.leftOut ?? 0)).toBe(40 * 39);
  });

  it('should say of senders which images their zone takes, where it does not take all', () => {
    const images = (own: object) => {
      const [zone = ''] = Object.keys(design.zones ?? {});
      const zones = { ...design.zones, [zone]: { trust: 20, images: own } };
      return liveChecks({ ...design, zones })[0]?.checks.flatMap((c) => (c.images?.zone === zone ? c.images : []))[0];
    };
    expect(images({ pin: 'digest' })).toMatchObject({ pin: 'digest' });
    expect(images({ registries: ['registry.example.com'] })).toMatchObject({ registries: ['registry.example.com'] });
    expect(images({ pin: 'none' })).toBeUndefined();
  });

  it('should be written for netassert and for kubectl', () => {
    const checks = (liveChecks(design)[0]?.checks ?? []).filter((c) => c.name === 'frontend-to-cartservice-tcp-7070');
    expect(load(checksAsNetassert(checks))).toEqual([
      {
        name: 'frontend-to-cartservice-tcp-7070',
        type: 'k8s',
        protocol: 'tcp',
        targetPort: 7070,
        timeoutSeconds: 60,
        attempts: 3,
        exitCode: 0,
        src: { k8sResource: { kind: 'deployment', name: 'frontend', namespace: 'web' } },
        dst: { k8sResource: { kind: 'deployment', name: 'cartservice', namespace: 'shop' } },
      },
    ]);
    expect(checksAsScript(checks)).toContain(
      "\ncheck allowed 'web' 'app=frontend' 'shop' 'app=cartservice' tcp 7070 \"$IMAGE_dmz\"\n",
    );
  });
});
