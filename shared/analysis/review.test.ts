import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyDifference, entriesOf, type Review } from '../diff/index.ts';
import { loadDesign } from '../document/index.ts';
import type { Topology } from '../model/index.ts';
import { arbitraryChange } from '../testing/arbitrary-changes.ts';
import { sentences, top } from '../testing/read-review.ts';
import { reviewDesigns } from './index.ts';

const design: Topology = {
  apiVersion: 'zonewright/v1',
  kind: 'Topology',
  metadata: { name: 'shop' },
  zones: {
    dmz: { trust: 20, intraZone: 'deny', exposure: ['loadBalancer'], runtimes: ['kata'], storageClasses: ['nfs-dmz'] },
    app: { trust: 50, runtimes: ['kata'], storageClasses: ['ceph-app'] },
    db: { trust: 90, intraZone: 'deny', exposure: ['direct'], runtimes: ['kata'], storageClasses: ['ceph-db'] },
  },
  clusters: {
    prod: {
      distribution: 'kubeadm',
      version: '1.37',
      cni: { name: 'calico' },
      networks: { pods: ['10.20.0.0/16'], services: ['10.21.0.0/16'], nodes: ['10.1.0.0/24'] },
      pools: {
        'dmz-a': { zone: 'dmz', nodes: 2, runtimes: ['kata', 'runc'], kvm: true },
        'app-a': { zone: 'app', nodes: 2, runtimes: ['kata', 'runc'], kvm: true },
        'app-b': { zone: 'app', nodes: 2, runtimes: ['kata', 'runc'], kvm: true },
        'db-a': { zone: 'db', nodes: 2, runtimes: ['kata', 'runc'], kvm: true },
      },
    },
  },
  namespaces: {
    web: { cluster: 'prod', zone: 'dmz' },
    orders: { cluster: 'prod', zone: 'app' },
    data: { cluster: 'prod', zone: 'db' },
  },
  workloads: {
    gateway: { namespace: 'web', ports: { https: { port: 8443 } } },
    api: { namespace: 'orders', ports: { http: { port: 8080 } } },
    batch: { namespace: 'orders' },
    store: { namespace: 'data', ports: { sql: { port: 5432 } } },
  },
  externals: { internet: { kind: 'internet' } },
  flows: {
    shop: { from: { workload: 'gateway' }, to: { workload: 'api' }, ports: [{ port: 'http' }] },
    sql: { from: { workload: 'api' }, to: { workload: 'store' }, ports: [{ port: 'sql' }] },
  },
  storage: {
    endpoints: {
      'nas-dmz': { zone: 'dmz', type: 'nfs', addresses: ['10.9.0.5'], export: '/dmz' },
      'ceph-app': { zone: 'app', type: 'ceph-rbd', addresses: ['10.9.1.5'], export: 'app' },
      'ceph-db': { zone: 'db', type: 'ceph-rbd', addresses: ['10.9.1.6'], export: 'db' },
    },
    classes: {
      'nfs-dmz': { endpoint: 'nas-dmz' },
      'ceph-app': { endpoint: 'ceph-app' },
      'ceph-db': { endpoint: 'ceph-db' },
    },
  },
  runtimes: { kata: { from: 'kata-qemu' }, runc: { from: 'runc' } },
  layout: { zones: { dmz: { x: 0, y: 0, w: 100, h: 100 } } },
};

/** The design with an edit, and a box moved besides, which never matters. */
function edited(edit: (draft: Record<string, never>) => void): Topology {
  const draft = structuredClone(design) as unknown as Record<string, never>;
  edit(draft);
  const after = draft as unknown as Topology;
  return { ...after, layout: { zones: { dmz: { x: 40, y: 0, w: 100, h: 100 } } } };
}

describe('reviewDesigns', () => {
  it('should put one flow from the internet to the database at the top, with what it opens below it', () => {
    const after = edited((d: Record<string, Record<string, unknown>>) => {
      const exception = { reason: 'test', owner: 'test', until: '2030-01-01' };
      Object.assign(d.flows ?? {}, {
        open: {
          from: { external: 'internet' },
          to: { workload: 'store' },
          ports: 'all',
          via: { kind: 'direct' },
          exception,
        },
      });
    });
    const review = reviewDesigns(design, after);
    expect([top(review).key, top(review).class, top(review).severity]).toEqual(['flow:open', 'opens', 'critical']);
    expect(sentences(top(review), 'connection')).toEqual([
      'opens critical: internet can reach store on all ports, and could not before.',
    ]);
    expect(review.groups.at(-1)?.key).toBe('layout:layout');
  });

  it('should say in a few words that one port became all ports, and the other way round', () => {
    const after = edited((d: Record<string, Record<string, { ports: unknown }>>) => {
      if (d.flows?.sql !== undefined) d.flows.sql.ports = 'all';
    });
    const said = (review: Review) =>
      top(review)
        .entries.filter((e) => e.layer !== 'manifest')
        .map((e) => e.message);
    const wider = said(reviewDesigns(design, after));
    expect(wider).toContain('Flow api → store changed: api → store on all ports but TCP 5432 becomes possible.');
    expect(wider).toContain('api can reach store on all ports; before it was TCP 5432.');
    const flow = reviewDesigns(after, design).groups.find((group) => group.key === 'flow:sql');
    expect(flow?.entries.map((e) => e.message)).toContain(
      'api can reach store on TCP 5432 only; before it was all ports.',
    );
  });

  it('should say why a drawn flow opens nothing', () => {
    const after = edited((d: Record<string, Record<string, unknown>>) => {
      const way = { from: { external: 'internet' }, ports: 'all', via: { kind: 'nodePort' } };
      Object.assign(d.flows ?? {}, {
        open: { ...way, to: { workload: 'store' }, exception: { reason: 'x', owner: 'y', until: '2030-01-01' } },
      });
    });
    const { groups } = reviewDesigns(design, after);
    const messages = groups.find((group) => group.key === 'flow:open')?.entries.map((e) => e.message);
    expect(messages?.[0]).toContain('It opens nothing. Flow “open” is not exported: it enters by nodePort');
  });

  it('should tell that a zone runs in runc instead of Kata, and which workloads do', () => {
    const after = edited((d: Record<string, Record<string, unknown>>) => {
      Object.assign(d.zones?.dmz ?? {}, { runtimes: ['runc'] });
    });
    const review = reviewDesigns(design, after);
    expect([top(review).key, top(review).class]).toEqual(['zone:dmz', 'weakens']);
    expect(sentences(top(review), 'isolation')).toEqual([
      'weakens medium: Deployment web/gateway: runs in runc (shared kernel). Before: runs in kata (virtual machine).',
    ]);
  });

  it('should tell that a zone got storage that another zone writes to', () => {
    const after = edited((d: Record<string, Record<string, Record<string, unknown>>>) => {
      Object.assign(d.storage?.classes?.['nfs-dmz'] ?? {}, { endpoint: 'ceph-db' });
    });
    const review = reviewDesigns(design, after);
    expect([top(review).key, top(review).class, top(review).severity]).toEqual(['class:nfs-dmz', 'weakens', 'high']);
    expect(sentences(top(review), 'isolation')).toContain(
      'weakens high: db and dmz: they share storage endpoint ceph-db. Before: they share no storage.',
    );
  });

  it('should tell that a storage endpoint stands in another zone', () => {
    const after = edited((d: Record<string, Record<string, Record<string, unknown>>>) => {
      Object.assign(d.storage?.endpoints?.['ceph-db'] ?? {}, { zone: 'dmz' });
    });
    const review = reviewDesigns(design, after);
    expect([top(review).key, top(review).class]).toEqual(['endpoint:ceph-db', 'weakens']);
    expect(sentences(top(review), 'isolation')).toEqual([
      'weakens high: db: its volumes stand in other zones (ceph-db in dmz). Before: its volumes stand in the zone.',
    ]);
  });

  it('should put a node pool that moved to a less trusted zone at the top', () => {
    const after = edited((d: Record<string, Record<string, Record<string, Record<string, unknown>>>>) => {
      Object.assign(d.clusters?.prod?.pools?.['app-b'] ?? {}, { zone: 'dmz' });
    });
    const review = reviewDesigns(design, after);
    expect([top(review).key, top(review).class]).toEqual(['pool:prod/app-b', 'weakens']);
    expect(top(review).edit?.moves).toEqual([{ what: 'zone', from: 'app', to: 'dmz' }]);
  });

  it('should tell where the last nodes of a zone went', () => {
    const after = edited((d: Record<string, Record<string, Record<string, Record<string, unknown>>>>) => {
      Object.assign(d.clusters?.prod?.pools?.['db-a'] ?? {}, { zone: 'app' });
    });
    const group = reviewDesigns(design, after).groups.find((g) => g.key === 'pool:prod/db-a');
    expect(group && sentences(group, 'isolation')).toContain(
      'closes low: db: its pods find no node in prod. Before: its pods have nodes in prod.',
    );
  });

  it('should lead from a cell of the matrix to the flow that it lets through, by applying it alone', () => {
    const drawn = edited((d: Record<string, Record<string, unknown>>) => {
      Object.assign(d.flows ?? {}, {
        back: { from: { workload: 'api' }, to: { workload: 'gateway' }, ports: [{ port: 8443 }] },
      });
    });
    const after = { ...drawn, matrix: { app: { dmz: { access: 'allow-all' as const } } } };
    const review = reviewDesigns(drawn, after);
    expect(top(review).key).toBe('matrix:app/dmz');
    expect(sentences(top(review), 'connection')).toEqual([
      'opens medium: api can reach gateway on TCP 8443, and could not before.',
    ]);
  });

  it('should put policies of the whole cluster under the cell of the matrix that they were written from', () => {
    const after = edited((d: Record<string, unknown>) => {
      Object.assign(d, { matrix: { dmz: { db: { access: 'allow-all' } } } });
    });
    const review = reviewDesigns(design, after);
    expect(review.groups.map((group) => group.key)).toEqual(['matrix:dmz/db', 'layout:layout']);
    expect(top(review).entries.filter((e) => e.layer === 'manifest').length).toBeGreaterThan(1);
  });

  it('should say of an edit that promises nothing that connections change with it', () => {
    const after = edited((d: Record<string, Record<string, Record<string, unknown>>>) => {
      Object.assign(d.workloads?.api ?? {}, { labels: { app: 'api' }, selector: { app: 'apj' } });
    });
    const review = reviewDesigns(design, after);
    expect([top(review).key, top(review).class]).toEqual(['workload:api', 'closes']);
    expect(sentences(top(review), 'record')).toEqual([
      'neutral low: Workload api changed: Connections change with it.',
    ]);
  });

  it('should name the addresses where an external stands for more of them than before', () => {
    const office = (cidr: string) =>
      edited((d: Record<string, Record<string, unknown>>) => {
        Object.assign(d.externals ?? {}, { office: { cidrs: [cidr] } });
        const exception = { reason: 'test', owner: 'test', until: '2030-01-01' };
        Object.assign(d.flows ?? {}, {
          office: { from: { workload: 'batch' }, to: { external: 'office' }, ports: [{ port: 443 }], exception },
        });
      });
    const group = top(reviewDesigns(office('192.0.2.0/25'), office('192.0.2.0/24')));
    expect(group.key).toBe('external:office');
    expect(sentences(group, 'connection')).toEqual([
      'opens medium: batch can reach office (192.0.2.128/25) on TCP 443, and could not before.',
    ]);
  });

  it('should say whose addresses they are where nobody drew them', () => {
    const seen = (externalTrafficPolicy: string) =>
      edited((d: Record<string, Record<string, unknown>>) => {
        const service = { type: 'LoadBalancer', addresses: ['198.51.100.10'], externalTrafficPolicy };
        Object.assign(d.workloads?.gateway ?? {}, { service });
        Object.assign(d.flows ?? {}, {
          in: {
            from: { external: 'internet' },
            to: { workload: 'gateway' },
            ports: [{ port: 'https' }],
            via: { kind: 'loadBalancer' },
          },
        });
      });
    const group = top(reviewDesigns(seen('Local'), seen('Cluster')));
    expect(sentences(group, 'connection')[0]).toContain('nodes of prod (10.1.0.0/24) can reach gateway on TCP 8443');
  });

  it('should call zones as people call them', () => {
    const after = edited((d: Record<string, Record<string, unknown>>) => {
      Object.assign(d.zones?.db ?? {}, { name: '数据区', intraZone: 'allow' });
      Object.assign(d.workloads ?? {}, { copy: { namespace: 'data' }, log: { namespace: 'data' } });
    });
    const before = { ...design, workloads: after.workloads ?? {} };
    expect(sentences(top(reviewDesigns(before, after)), 'connection')[0]).toContain('3 workloads of 数据区');
  });

  it('should name no namespaces, since designs are told by zones', () => {
    const entries = entriesOf(reviewDesigns(design, { ...design, flows: {} }));
    expect(entries.filter((e) => e.namespaces !== undefined)).toEqual([]);
    expect(entries.flatMap((e) => e.zones ?? [])).not.toEqual([]);
  });

  it('should say of a flow that opens nothing that it does not', () => {
    const after = edited((d: Record<string, Record<string, unknown>>) => {
      Object.assign(d.flows ?? {}, {
        again: { from: { workload: 'gateway' }, to: { workload: 'api' }, ports: [{ port: 8080 }] },
      });
    });
    const group = reviewDesigns(design, after).groups.find((g) => g.key === 'flow:again');
    expect(group?.class).toBe('neutral');
    expect(group && sentences(group, 'record')[0]).toContain('opens nothing');
  });

  it('should tell what a flow opens to pods of a namespace in which nothing is drawn yet', () => {
    const empty = { ...design, namespaces: { ...design.namespaces, lab: { cluster: 'prod', zone: 'app' } } };
    const exception = { reason: 'test', owner: 'test', until: '2030-01-01' };
    const flow = { from: { namespace: 'lab' }, to: { workload: 'store' }, ports: [{ port: 'sql' }], exception };
    const review = reviewDesigns(empty, { ...empty, flows: { ...design.flows, later: flow } });
    expect([top(review).key, top(review).class]).toEqual(['flow:later', 'opens']);
    expect(sentences(top(review), 'connection')).toEqual([
      'opens medium: other pods in namespace lab can reach store on TCP 5432, and could not before.',
    ]);
    // The way back closes it, and what is drawn stays as it was.
    const back = reviewDesigns({ ...empty, flows: { ...design.flows, later: flow } }, empty);
    expect(
      entriesOf(back)
        .filter((e) => e.layer === 'connection')
        .map((e) => e.class),
    ).toEqual(['closes']);
  });

  it('should find nothing where only a workload has another id', () => {
    const after = edited((d: Record<string, Record<string, Record<string, unknown>>>) => {
      Object.assign(d.workloads ?? {}, { shopfront: d.workloads?.gateway });
      delete d.workloads?.gateway;
      Object.assign(d.flows?.shop ?? {}, { from: { workload: 'shopfront' } });
    });
    const review = reviewDesigns(design, after);
    expect(entriesOf(review).filter((e) => e.layer === 'connection')).toEqual([]);
    expect(review.groups[0]?.edit?.renamedFrom).toBe('gateway');
  });

  it('should find nothing between any design and itself, and give what takes any design to any other', () => {
    fc.assert(
      fc.property(arbitraryChange(), ([a, b]) => {
        expect(reviewDesigns(a, structuredClone(a)).groups).toEqual([]);
        const { records } = reviewDesigns(a, b);
        expect(reviewDesigns(applyDifference(a, records), b).groups).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });
});

describe('what looks harmless', () => {
  const text = readFileSync(new URL('../../templates/payment-platform.zones.yaml', import.meta.url), 'utf8');
  const topologyOf = (edited: string) => {
    const { document } = loadDesign(edited);
    if (document === undefined) throw new Error('the template cannot be read');
    return document.topology;
  };
  /** The gravest edits between the template and itself with many harmless edits and one other. */
  const harm = (from: string, to: string) => {
    expect(text).toContain(from);
    const noise = text
      .replace(from, to)
      .replace('replicas: 6', 'replicas: 7')
      .replace('reason: Buyers', 'reason: Buyers and others')
      .replace('owner: team-risk', 'owner: team-r')
      .replace('rack: s1', 'rack: s2')
      .replace('size: 50Gi', 'size: 60Gi')
      .replaceAll('PAY-4', 'PAY-5');
    return reviewDesigns(topologyOf(text), topologyOf(noise))
      .groups.filter((group) => group.class === 'opens' || group.class === 'weakens')
      .map((group) => `${group.class} ${group.severity} ${group.key}`);
  };

  it.each([
    ['kata-clh: {from: kata-clh}', 'kata-clh: {from: runc}', 'weakens critical runtime:kata-clh'],
    [', clusterNetworkPolicy: v1beta1', '', 'weakens medium cluster:platform'],
    ['version: "1.37.1"', 'version: "1.29.0"', 'weakens medium cluster:platform'],
    ['tools: [argocd, flux]', 'tools: [argocd, flux], stage: observe', 'weakens critical metadata:metadata'],
    ['tools: [argocd, flux]', 'tools: [argocd, flux], stage: isolate', 'weakens high metadata:metadata'],
    ['encrypted: "true", encryptionKMSID: card-kms', 'encrypted: "false"', 'weakens high endpoint:ceph-card'],
    [
      'card: {access: allow-only, services: [7443/tcp, 9100/tcp], severity: critical}',
      'card: {access: allow-only, services: [7443/tcp, 9100/tcp], severity: low}',
      'weakens low matrix:services/card',
    ],
    ['203.0.113.192/28], trust: 60', '203.0.113.192/28], trust: 95', 'weakens low external:card-schemes'],
    [
      'addresses: [10.16.200.11], externalTrafficPolicy: Local',
      'addresses: [10.16.200.11], externalTrafficPolicy: Cluster',
      'opens high workload:ledger',
    ],
  ])('should be no cause beside the edit that does it: %s', (from, to, expected) => {
    expect(harm(from, to)).toEqual([expected]);
  });
});
