/** The design that examples of rules are laid over: two zones, one cluster, one flow from outside and one inward. */
import { isMap } from '../lib/is-map.ts';
import { emptyTopology, type Topology } from '../model/index.ts';

export const sample: Topology = {
  ...emptyTopology('sample'),
  zones: {
    dmz: { trust: 20, exposure: ['loadBalancer'], runtimes: ['runc'] },
    app: { trust: 50, runtimes: ['runc'], storageClasses: ['fast'] },
    db: { trust: 80, runtimes: ['runc'] },
  },
  clusters: {
    prod: {
      distribution: 'kubeadm',
      version: '1.37',
      cni: { name: 'calico' },
      networks: { pods: ['10.20.0.0/16'], services: ['10.21.0.0/16'], nodes: ['10.1.0.0/24'] },
      pools: {
        'dmz-a': { zone: 'dmz', nodes: 2, runtimes: ['runc'] },
        'app-a': { zone: 'app', nodes: 3, runtimes: ['runc'] },
        'db-a': { zone: 'db', nodes: 3, runtimes: ['runc'] },
      },
    },
  },
  namespaces: {
    web: { cluster: 'prod', zone: 'dmz' },
    orders: { cluster: 'prod', zone: 'app' },
    ledger: { cluster: 'prod', zone: 'db' },
  },
  workloads: {
    gateway: {
      namespace: 'web',
      ports: { https: { port: 8443 } },
      service: { type: 'LoadBalancer', ports: { https: 443 } },
    },
    api: { namespace: 'orders', ports: { http: { port: 8080 } } },
    store: { namespace: 'ledger', ports: { sql: { port: 5432 } } },
  },
  externals: { internet: { kind: 'internet' } },
  flows: {
    'shop-in': {
      from: { external: 'internet' },
      to: { workload: 'gateway' },
      ports: [{ port: 'https', dial: 443 }],
      via: { kind: 'loadBalancer' },
      owner: 'team-web',
    },
    call: { from: { workload: 'gateway' }, to: { workload: 'api' }, ports: [{ port: 'http' }], owner: 'team-web' },
  },
  storage: {
    endpoints: { san: { zone: 'app', type: 'nfs', addresses: ['10.9.0.5'], export: '/app' } },
    classes: { fast: { endpoint: 'san' } },
  },
  runtimes: { runc: { from: 'runc' } },
};

/** The sample with an example's records laid over it: a record replaces the one with its id, other maps are merged. */
export function overSample(design: Partial<Topology>): Topology {
  return merge(sample, design) as Topology;
}

/** Merges maps of records, and `storage` one level deeper; records themselves are replaced as a whole. */
function merge(base: Topology, over: Partial<Topology>): Record<string, unknown> {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = result[key];
    if (key === 'storage') {
      result[key] = {
        endpoints: { ...base.storage?.endpoints, ...over.storage?.endpoints },
        classes: { ...base.storage?.classes, ...over.storage?.classes },
      };
    } else {
      result[key] = isMap(below) && isMap(value) ? { ...below, ...value } : value;
    }
  }
  return result;
}
