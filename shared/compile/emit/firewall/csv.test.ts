import { describe, expect, it } from 'vitest';
import { design } from '../../../testing/cluster-ir.ts';
import { compile } from '../../index.ts';

describe('firewall rows', () => {
  it('should end every line with CRLF and give every row as many cells as the header', () => {
    const { files } = compile(
      design({
        apiVersion: 'zonewright/v1',
        kind: 'Topology',
        metadata: { name: 'x' },
        zones: { app: { trust: 50 } },
        matrix: { app: { outside: { access: 'allow-all' } } },
        clusters: { prod: { distribution: 'kubeadm', version: '1.37.1', networks: { nodes: ['10.1.0.0/24'] } } },
        namespaces: { a: { cluster: 'prod', zone: 'app' } },
        workloads: { w: { namespace: 'a', storage: { d: { class: 'c' } } } },
        externals: { partner: { cidrs: ['203.0.113.0/24', '2001:db8::/32'] } },
        flows: {
          out: { from: { workload: 'w' }, to: { external: 'partner' }, ports: [{ port: 1, endPort: 2 }], reason: '=x' },
        },
        storage: {
          endpoints: { nas: { zone: 'app', type: 'nfs', addresses: ['10.9.0.5'], export: '/x' } },
          classes: { c: { endpoint: 'nas' } },
        },
      }),
    );
    const text = files.find((f) => f.path === 'firewall/rows.csv')?.text ?? '';
    const lines = text.split('\r\n');
    expect(text).not.toMatch(/[^\r]\n/);
    expect(lines.at(-1)).toBe('');
    expect(new Set(lines.slice(0, -1).map((l) => l.split(',').length)).size).toBe(1);
    expect(lines.slice(1, -1)).toEqual([
      "out,app,prod,a,w,10.1.0.0/24,,node,outside,,,partner,203.0.113.0/24,,TCP,1,2,1,2,'=x,,,,NetworkPolicy and firewall",
    ]);
  });
});
