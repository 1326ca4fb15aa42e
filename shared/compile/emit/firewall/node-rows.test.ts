import { describe, expect, it } from 'vitest';
import type { Cluster } from '../../../model/index.ts';
import { design } from '../../../testing/cluster-ir.ts';
import { type Bundle, compile } from '../../index.ts';

type Clusters = Readonly<Record<string, Partial<Cluster>>>;

function exportOf(clusters: Clusters, namespaces: object = {}): Bundle {
  return compile(
    design({
      apiVersion: 'zonewright/v1',
      kind: 'Topology',
      metadata: { name: 'x' },
      zones: { app: { trust: 50 }, db: { trust: 80 } },
      clusters: Object.fromEntries(
        Object.entries(clusters).map(([id, c]) => [id, { distribution: 'kubeadm', version: '1.37', ...c }]),
      ),
      namespaces,
    }),
  );
}

/** Rows between nodes as `source > destination protocol port`, zones before addresses. */
function rowsOf(clusters: Clusters, namespaces: object = {}): string[] {
  const { files } = exportOf(clusters, namespaces);
  const [, ...lines] = (files.find((f) => f.path === 'firewall/rows.csv')?.text ?? '').trimEnd().split('\r\n');
  return lines.map((line) => {
    const cells = line.split(',');
    expect([cells[0], cells[7], cells.at(-1)]).toEqual(['', 'none', 'firewall']);
    return `${cells[1]} ${cells[5]} > ${cells[8]} ${cells[12]} ${cells[14]} ${cells[15]}`;
  });
}

const apart: Partial<Cluster> = {
  cni: { name: 'cilium' },
  api: { address: '10.1.9.10' },
  controlPlane: { zone: 'db' },
  pools: {
    a: { zone: 'app', nodes: 1, addresses: ['10.1.1.0/24'] },
    d: { zone: 'db', nodes: 1, addresses: ['10.1.2.0/24'] },
  },
};
const plugin = [
  'app 10.1.1.0/24 > db 10.1.2.0/24 ICMP ',
  'app 10.1.1.0/24 > db 10.1.2.0/24 TCP 4240',
  'app 10.1.1.0/24 > db 10.1.2.0/24 UDP 8472',
  'db 10.1.2.0/24 > app 10.1.1.0/24 ICMP ',
  'db 10.1.2.0/24 > app 10.1.1.0/24 TCP 4240',
  'db 10.1.2.0/24 > app 10.1.1.0/24 UDP 8472',
];
const control = ['app 10.1.1.0/24 > db 10.1.9.10/32 TCP 6443', 'db 10.1.9.10/32 > app 10.1.1.0/24 TCP 10250'];

describe('firewall rows between nodes', () => {
  it('should let nodes of different zones be one cluster: API server, kubelets and network plugin', () => {
    expect(rowsOf({ c: apart })).toEqual([...plugin, ...control].sort());
  });

  it('should have nodes dial the load balancer of the API server, and only the servers call kubelets', () => {
    const rows = rowsOf({ c: { ...apart, api: { address: '10.1.9.5', port: 443, endpoints: ['10.1.9.10'] } } });
    expect(rows.filter((row) => row.includes('10.1.9.'))).toEqual([
      'app 10.1.1.0/24 > db 10.1.9.10/32 TCP 443',
      'app 10.1.1.0/24 > db 10.1.9.5/32 TCP 443',
      'db 10.1.9.10/32 > app 10.1.1.0/24 TCP 10250',
    ]);
  });

  it('should let nodes of RKE2 join, and know that K3s brings Flannel', () => {
    const { cni: _, ...own } = apart;
    expect(rowsOf({ c: { ...own, distribution: 'rke2' } })).toContain('app 10.1.1.0/24 > db 10.1.9.10/32 TCP 9345');
    expect(rowsOf({ c: { ...own, distribution: 'k3s' } })).toContain('app 10.1.1.0/24 > db 10.1.2.0/24 UDP 8472');
  });

  it('should list nothing where the nodes of the zones share their network, and say so', () => {
    const shared = {
      ...apart,
      networks: { nodes: ['10.1.0.0/16'] },
      pools: { a: { zone: 'app', nodes: 1 }, d: { zone: 'db', nodes: 1 } },
    };
    expect(rowsOf({ c: shared })).toEqual([]);
    const said = (cluster: Partial<Cluster>) =>
      exportOf({ c: cluster }).coverage.find((n) => n.subject === 'Firewalls between its zones')?.text;
    expect(said(shared)).toContain('list nothing that these nodes need of each other');
    expect(said(apart)).toContain('list what API server, kubelets and network plugin need');
  });

  it.each([
    ['antrea', ['TCP 10349', 'TCP 10350', 'TCP 10351', 'UDP 10351', 'UDP 6081'], 'GRE'],
    ['calico', ['IPIP ', 'TCP 179', 'TCP 5473', 'UDP 4789'], 'WireGuard'],
    ['canal', ['TCP 5473', 'UDP 8472'], 'host-gw'],
    ['flannel', ['UDP 8472'], 'host-gw'],
    [
      'kube-ovn',
      ['TCP 10660', 'TCP 10661', 'TCP 10665', 'TCP 6641', 'TCP 6642', 'TCP 6643', 'TCP 6644', 'UDP 6081'],
      'STT',
    ],
    ['kube-router', ['IPIP ', 'TCP 179'], 'FoU'],
    ['ovn-kubernetes', ['TCP 9107', 'UDP 6081'], 'ESP'],
  ])('should list what nodes with %s need of each other, and say what its options need', (name, ports, option) => {
    const own = { ...apart, cni: { name } };
    const rows = rowsOf({ c: own }).filter((row) => row.startsWith('app 10.1.1.0/24 > db 10.1.2.0/24'));
    expect(rows).toEqual(ports.map((port) => `app 10.1.1.0/24 > db 10.1.2.0/24 ${port}`));
    const { text } = exportOf({ c: own }).coverage.find((n) => n.subject === 'Firewalls between its zones') ?? {};
    expect(text).toContain(option);
  });

  it('should carry no IPv6 in IP-in-IP, and ping in both families', () => {
    const pools: Cluster['pools'] = {
      a: { zone: 'app', nodes: 1, addresses: ['10.1.1.0/24', 'fd00:1::/64'] },
      d: { zone: 'db', nodes: 1, addresses: ['10.1.2.0/24', 'fd00:2::/64'] },
    };
    const of = (name: string, protocol: string) =>
      rowsOf({ c: { ...apart, cni: { name }, pools } }).filter((row) => row.endsWith(`${protocol} `));
    expect(of('calico', 'IPIP')).toEqual([
      'app 10.1.1.0/24 > db 10.1.2.0/24 IPIP ',
      'db 10.1.2.0/24 > app 10.1.1.0/24 IPIP ',
    ]);
    expect(of('cilium', 'ICMP')).toHaveLength(4);
  });

  it('should list only what is known of a plugin', () => {
    expect(rowsOf({ c: { ...apart, cni: { name: 'something-new' } } })).toEqual(control);
  });

  it('should connect the nodes of the clusters of a mesh in both directions, and of no others', () => {
    const member = (nodes: string, seenAs: Cluster['seenAs']): Partial<Cluster> => ({
      cni: { name: 'cilium', version: '1.20' },
      seenAs,
      mesh: 'm',
      networks: { nodes: [nodes] },
    });
    const namespaces = { a: { cluster: 'left', zone: 'app' }, d: { cluster: 'right', zone: 'db' } };
    const rows = rowsOf({ left: member('10.1.0.0/24', 'mesh'), right: member('10.2.0.0/24', 'mesh') }, namespaces);
    const ports = ['ICMP ', 'TCP 2379', 'TCP 32379', 'TCP 4240', 'UDP 8472'];
    expect(rows).toEqual([
      ...ports.map((port) => `app 10.1.0.0/24 > db 10.2.0.0/24 ${port}`),
      ...ports.map((port) => `db 10.2.0.0/24 > app 10.1.0.0/24 ${port}`),
    ]);
    const apartToo = { left: member('10.1.0.0/24', 'mesh'), right: member('10.2.0.0/24', 'node') };
    expect(rowsOf(apartToo, namespaces)).toEqual([]);
  });
});
