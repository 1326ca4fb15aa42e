import { apiServerAddresses, endRef, ref } from '../../model/index.ts';
import { called, capital, defineRule } from '../define.ts';

export const apiServerUnknown = defineRule({
  id: 'external/api-server-unknown',
  severity: 'error',
  title: 'API server without an address',
  docs: {
    what: 'A flow begins or ends at the API server, and a cluster that takes part does not say at which addresses its pods meet it; or the external that stands for it has addresses of its own.',
    why: 'Policies see a connection to the Service kubernetes after its address is translated, so they need the addresses of the servers. Without them the flow is not exported, and whatever watches or calls the API stops working. Addresses of the external itself would mean the same server in every cluster, so they are ignored.',
    todo: 'Write the addresses of the control plane’s nodes into api.endpoints of the cluster (kubectl get endpointslices -n default lists them), and take the addresses of the external away.',
  },
  examples: {
    good: [
      {
        shows: 'a cluster that says where its API server is',
        design: {
          clusters: {
            prod: {
              distribution: 'kubeadm',
              version: '1.37',
              api: { address: 'api.example.com', endpoints: ['10.1.0.10'] },
            },
          },
          externals: { api: { kind: 'apiServer' } },
          flows: { watch: { from: { workload: 'api' }, to: { external: 'api' }, ports: [{ port: 6443 }] } },
        },
      },
    ],
    bad: [
      {
        shows: 'a cluster that does not say it',
        design: {
          externals: { api: { kind: 'apiServer' } },
          flows: { watch: { from: { workload: 'api' }, to: { external: 'api' }, ports: [{ port: 6443 }] } },
        },
      },
      {
        shows: 'a name, which no policy can use',
        design: {
          clusters: { prod: { distribution: 'kubeadm', version: '1.37', api: { address: 'api.example.com' } } },
          externals: { api: { kind: 'apiServer' } },
          flows: { call: { from: { external: 'api' }, to: { workload: 'api' }, ports: [{ port: 'http' }] } },
        },
      },
      {
        shows: 'addresses of its own',
        design: { externals: { api: { kind: 'apiServer', cidrs: ['10.1.0.10/32'] } } },
      },
    ],
  },
  *check({ lookup, topology }) {
    for (const [id, external] of Object.entries(topology.externals ?? {})) {
      if (external.kind !== 'apiServer') continue;
      const target = ref('external', id);
      if (external.cidrs !== undefined || external.names !== undefined) {
        const field = external.cidrs !== undefined ? 'cidrs' : 'names';
        yield {
          message: `${capital(called(lookup, target))} stands for the API server of each cluster, and its own ${field === 'cidrs' ? 'address ranges' : 'DNS names'} are ignored. They would mean the same server in every cluster. Take them away; addresses of API servers stand at the clusters, in api.endpoints.`,
          subject: target,
          path: ['externals', id, field],
          fix: {
            label: 'Take them away',
            commands: (['cidrs', 'names'] as const).flatMap((key) =>
              external[key] === undefined
                ? []
                : [{ id: 'field/set' as const, args: { path: ['externals', id, key], value: undefined } }],
            ),
          },
        };
      }
      const flows = lookup.flowsOf(target);
      const homes = flows.flatMap((flow) =>
        [endRef(flow.from), endRef(flow.to)].flatMap((end) =>
          lookup.workloadsOf(end).map((w) => lookup.clusterOf(ref('workload', w.id))),
        ),
      );
      for (const cluster of [...new Set(homes)].sort()) {
        const record = lookup.get('cluster', cluster);
        if (cluster === undefined || record === undefined || apiServerAddresses(record).length > 0) continue;
        yield {
          message: `${capital(called(lookup, ref('cluster', cluster)))} does not say at which addresses pods meet its API server${record.api === undefined ? '' : ' in a way that policies can use: they know no names'}. Flows with ${called(lookup, target)} are not exported there, and what watches or calls the API stops working. Write the addresses of the control plane’s nodes into api.endpoints.`,
          subject: ref('cluster', cluster),
          path: ['clusters', cluster],
          also: [target, ...flows.map((flow) => ref('flow', flow.id))],
        };
      }
    }
  },
});
