import { describe, expect, it } from 'vitest';
import { design } from '../../testing/cluster-ir.ts';
import { scopeOf } from '../scope.ts';
import { lowerNetwork } from './network.ts';
import type { GuardPodsIr, ZoneGuardSideIr } from './network-ir.ts';
import type { PortRangesIr } from './port-ranges.ts';

const base = {
  apiVersion: 'zonewright/v1',
  kind: 'Topology',
  metadata: { name: 'x' },
  zones: { dmz: { trust: 20, exposure: ['loadBalancer'] }, app: { trust: 50 }, db: { trust: 80 } },
  matrix: { dmz: { app: { access: 'allow-only', services: ['8080/tcp', '8081'] } } },
  namespaces: {
    web: { cluster: 'prod', zone: 'dmz' },
    orders: { cluster: 'prod', zone: 'app' },
    bills: { cluster: 'prod', zone: 'app' },
    store: { cluster: 'prod', zone: 'db' },
  },
  workloads: {
    gateway: { namespace: 'web', ports: { https: { port: 8443 } } },
    api: { namespace: 'orders', ports: { http: { port: 8080 } } },
    pg: { namespace: 'store', ports: { sql: { port: 5432 } } },
  },
};
const cluster = { distribution: 'kubeadm', version: '1.37', networks: { pods: ['10.20.0.0/16'] } };

function guard(zone: string, more: object = {}, clusters: object = { prod: cluster }) {
  const { clusters: parts } = lowerNetwork(scopeOf(design({ ...base, clusters, ...more })));
  const found = parts.get('prod')?.guardRails.zones.find((z) => z.zone === zone);
  if (found === undefined) throw new Error(`no guard for ${zone}`);
  return found;
}

const text = (ports: PortRangesIr) =>
  ports === 'all' ? 'all' : ports.map((p) => `${p.protocol} ${p.port}${p.endPort ? `-${p.endPort}` : ''}`).join(', ');
const borders = ({ pods }: ZoneGuardSideIr) =>
  pods.map((p: GuardPodsIr) => `${p.kind} ${p.cluster ?? ''}${p.peer.namespaces.join(' ')}: ${text(p.permitted)}`);
const ranges = ({ addresses }: ZoneGuardSideIr) => addresses.map((a) => `${a.ranges.join(' ')}: ${text(a.permitted)}`);

describe('between zones of a cluster', () => {
  it('should leave to the policies what the matrix permits, and nothing else', () => {
    const app = guard('app');
    expect(app.namespaces).toEqual(['bills', 'orders']);
    expect(borders(app.ingress)).toEqual([
      'zone web: TCP 8080-8081',
      'same-zone bills orders: all',
      'zone store: ',
      'platform kube-node-lease kube-public kube-system: all',
    ]);
    expect(borders(app.egress)).toEqual([
      'zone web: ',
      'same-zone bills orders: all',
      'zone store: all',
      'platform kube-node-lease kube-public kube-system: all',
    ]);
    expect(app.ingress.passes).toEqual([]);
  });

  it('should say what is blocked as exactly the rest', () => {
    const [fromDmz, , fromDb] = guard('app').ingress.pods;
    expect(fromDmz?.blocked).toEqual([
      { protocol: 'TCP', port: 1, endPort: 8079 },
      { protocol: 'TCP', port: 8082, endPort: 65535 },
      { protocol: 'UDP', port: 1, endPort: 65535 },
      { protocol: 'SCTP', port: 1, endPort: 65535 },
    ]);
    expect(fromDb?.blocked).toBe('all');
  });

  it('should let a flow with an exception through from its ends to its ends, and no further', () => {
    const flows = {
      legacy: {
        from: { workload: 'gateway' },
        to: { workload: 'pg' },
        ports: [{ port: 'sql' }],
        exception: { reason: 'migration', owner: 'arch', until: '2027-01-31' },
      },
    };
    expect(guard('db', { flows }).ingress.passes).toMatchObject([
      {
        name: 'legacy-in',
        namespace: 'store',
        selector: { app: 'pg' },
        grants: [
          {
            peers: [{ kind: 'pods', namespaces: ['web'], selector: { app: 'gateway' } }],
            ports: [{ protocol: 'TCP', port: 5432 }],
          },
        ],
      },
    ]);
    expect(guard('dmz', { flows }).egress.passes).toMatchObject([{ name: 'legacy-out', namespace: 'web' }]);
    expect(guard('dmz', { flows }).ingress.passes).toEqual([]);
  });

  it('should let the port of the pod through where the matrix judges the port that is dialled', () => {
    const matrix = { outside: { dmz: { access: 'allow-only', services: ['443/tcp'] } } };
    const externals = { partner: { cidrs: ['203.0.113.0/24'] } };
    const flows = {
      in: {
        from: { external: 'partner' },
        to: { workload: 'gateway' },
        ports: [{ port: 'https', dial: 443 }],
        via: { kind: 'loadBalancer' },
      },
    };
    const { passes, addresses } = guard('dmz', { matrix, externals, flows }).ingress;
    expect(passes.flatMap((p) => p.grants)).toEqual([
      {
        peers: [{ kind: 'range', cidr: '203.0.113.0/24', except: [] }],
        ports: [{ protocol: 'TCP', port: 8443 }],
      },
    ]);
    expect(text(addresses.at(-1)?.permitted ?? 'all')).toBe('TCP 443');
  });

  it('should give port names a number for each workload that has the port', () => {
    const workloads = {
      ...base.workloads,
      stats: { namespace: 'store', ports: { sql: { port: 5433 } } },
      quiet: { namespace: 'store' },
    };
    const flows = {
      legacy: {
        from: { workload: 'gateway' },
        to: { namespace: 'store' },
        ports: [{ port: 'sql' }],
        exception: { reason: 'migration', owner: 'arch', until: '2027-01-31' },
      },
    };
    const { passes } = guard('db', { workloads, flows }).ingress;
    expect(passes.map((p) => [p.selector, p.grants.map((g) => text(g.ports))])).toEqual([
      [{ app: 'pg' }, ['TCP 5432']],
      [{ app: 'stats' }, ['TCP 5433']],
    ]);
  });
});

describe('the platform', () => {
  it('should keep a zone without DNS from asking, and leave the rest of the platform to the policies', () => {
    const zones = { ...base.zones, db: { trust: 80, dns: 'none' } };
    const [dns] = guard('db', { zones }).egress.pods;
    expect(dns).toMatchObject({
      kind: 'dns',
      peer: { namespaces: ['kube-system'], selector: { 'k8s-app': 'kube-dns' } },
    });
    expect(text(dns?.blocked ?? 'all')).toBe('TCP 53, UDP 53');
    expect(guard('db', { zones }).ingress.pods.map((p) => p.kind)).not.toContain('dns');
    expect(guard('app', { zones }).egress.pods.map((p) => p.kind)).not.toContain('dns');
  });

  it('should belong to a zone where the design draws it, and answer DNS all the same', () => {
    const namespaces = { ...base.namespaces, 'kube-system': { cluster: 'prod', zone: 'db' } };
    const dmz = guard('dmz', { namespaces });
    expect(borders(dmz.egress)).toContain('zone kube-system store: ');
    expect(borders(dmz.egress)).toContain('platform kube-node-lease kube-public: all');
    expect(dmz.egress.passes.map((p) => p.name)).toEqual(['allow-dns']);
    expect(guard('db', { namespaces }).ingress.passes.map((p) => p.name)).toEqual(['answer-dns']);
  });
});

describe('addresses', () => {
  const open = { matrix: { app: { outside: { access: 'allow-all' } } } };

  it('should keep metadata addresses and the pods of the cluster out of what is open', () => {
    expect(ranges(guard('app', open).egress)).toEqual([
      '169.254.169.254/32 fd00:ec2::254/128: ',
      '10.20.0.0/16: ',
      '0.0.0.0/0 ::/0: all',
    ]);
    expect(ranges(guard('app').egress)).toEqual(['169.254.169.254/32 fd00:ec2::254/128: ', '0.0.0.0/0 ::/0: ']);
  });

  it('should let a metadata address through only for a flow that names it alone', () => {
    const flow = (cidr: string) => ({
      ...open,
      externals: { cloud: { cidrs: [cidr] } },
      flows: { ask: { from: { workload: 'api' }, to: { external: 'cloud' }, ports: [{ port: 80 }] } },
    });
    expect(guard('app', flow('169.254.0.0/16')).egress.passes).toEqual([]);
    expect(guard('app', flow('169.254.169.254/32')).egress.passes).toMatchObject([
      { namespace: 'orders', selector: { app: 'api' }, grants: [{ ports: [{ port: 80 }] }] },
    ]);
  });

  const far = (seenAs: object) => ({
    prod: { ...cluster, seenAs: 'routed' },
    far: {
      distribution: 'kubeadm',
      version: '1.37',
      networks: { pods: ['10.30.0.0/16'], nodes: ['10.2.0.0/24'] },
      ...seenAs,
    },
  });
  const elsewhere = {
    namespaces: { ...base.namespaces, edge: { cluster: 'far', zone: 'dmz' }, vault: { cluster: 'far', zone: 'db' } },
    workloads: {
      ...base.workloads,
      safe: {
        namespace: 'vault',
        ports: { sql: { port: 5432 } },
        service: { type: 'LoadBalancer', addresses: ['10.9.0.7'] },
      },
    },
  };

  it('should stand for the zones of a routed cluster by its pods', () => {
    const app = guard('app', elsewhere, far({ seenAs: 'routed' }));
    expect(ranges(app.ingress)).toEqual(['10.30.0.0/16: TCP 8080-8081', '0.0.0.0/0 ::/0: ']);
    expect(ranges(app.egress)).toEqual([
      '169.254.169.254/32 fd00:ec2::254/128: ',
      '10.30.0.0/16: all',
      '0.0.0.0/0 ::/0: ',
    ]);
  });

  it('should stand for the zones of other clusters by what they show and what is dialled', () => {
    const app = guard('app', elsewhere, far({ seenAs: 'egress', egress: { zones: { dmz: ['10.2.9.1'] } } }));
    expect(ranges(app.ingress)).toEqual(['10.2.9.1/32: TCP 8080-8081', '0.0.0.0/0 ::/0: ']);
    expect(ranges(app.egress)).toEqual([
      '169.254.169.254/32 fd00:ec2::254/128: ',
      '10.9.0.7/32: all',
      '0.0.0.0/0 ::/0: ',
    ]);
  });

  it('should name zones of a mesh by their cluster, never by address', () => {
    const mesh = { seenAs: 'mesh', mesh: 'shop' };
    const app = guard('app', elsewhere, { prod: { ...cluster, ...mesh }, far: { ...far({}).far, ...mesh } });
    expect(borders(app.ingress)).toContain('zone faredge: TCP 8080-8081');
    expect(borders(app.egress)).toContain('zone farvault: all');
    expect(ranges(app.ingress)).toEqual(['0.0.0.0/0 ::/0: ']);
  });
});
