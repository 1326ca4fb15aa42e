import { cniInfo } from '../../catalog/index.ts';
import { contains, parseCidr } from '../../lib/ip.ts';
import { endRef, protocolOf, ref } from '../../model/index.ts';
import { called, cniOf, defineRule } from '../define.ts';

/** A public address, on which Azure’s platform answers its virtual machines alone; by HTTP on these ports. */
const wireServer = { address: '168.63.129.16/32', ports: [80, 32526] };

export const reachesWireServer = defineRule({
  id: 'flow/reaches-wire-server',
  severity: 'warning',
  title: 'Flow to addresses that hold Azure’s wire server',
  docs: {
    what: 'A flow from a cluster with a network plugin of Azure goes to the internet, or to a range that holds 168.63.129.16, on all ports, or on port 80 or 32526 of TCP.',
    why: 'There the platform hands out the configuration of the node, keys to its secrets among it. The address is a public one, so the export takes it for the internet and does not leave it out as it does with 169.254.169.254.',
    todo: 'Open only the ports that are needed, such as 443, or write the ranges that are meant. Where Azure keeps pods from it already, switch this rule off with that as the reason.',
  },
  examples: {
    good: [
      {
        shows: 'one port that the wire server does not listen on',
        design: {
          clusters: { prod: { distribution: 'managed', version: '1.37', cni: { name: 'azure-cilium' } } },
          externals: { internet: { kind: 'internet' } },
          flows: { out: { from: { workload: 'gateway' }, to: { external: 'internet' }, ports: [{ port: 443 }] } },
        },
      },
      {
        shows: 'a cluster elsewhere',
        design: {
          externals: { internet: { kind: 'internet' } },
          flows: { out: { from: { workload: 'gateway' }, to: { external: 'internet' }, ports: 'all' } },
        },
      },
    ],
    bad: [
      {
        shows: 'the internet on all ports',
        design: {
          clusters: { prod: { distribution: 'managed', version: '1.37', cni: { name: 'azure-cilium' } } },
          externals: { internet: { kind: 'internet' } },
          flows: { out: { from: { workload: 'gateway' }, to: { external: 'internet' }, ports: 'all' } },
        },
      },
      {
        shows: 'a range of public addresses on port 80',
        design: {
          clusters: { prod: { distribution: 'managed', version: '1.37', cni: { name: 'azure' } } },
          externals: { public: { cidrs: ['168.0.0.0/6'] } },
          flows: { out: { from: { workload: 'gateway' }, to: { external: 'public' }, ports: [{ port: 80 }] } },
        },
      },
    ],
  },
  *check({ lookup }) {
    const address = parseCidr(wireServer.address);
    for (const flow of lookup.flows) {
      const to = endRef(flow.to);
      const external = to.kind === 'external' ? lookup.get('external', to.id) : undefined;
      if (external === undefined || address === undefined) continue;
      const ranges = (external.cidrs ?? []).flatMap((text) => parseCidr(text) ?? []);
      const isInternet = external.kind === 'internet' && external.cidrs === undefined;
      if (!isInternet && !ranges.some((range) => contains(range, address))) continue;
      const isOpen =
        flow.ports === 'all' ||
        flow.ports.some(
          (p) =>
            protocolOf(p) === 'TCP' &&
            typeof p.port === 'number' &&
            wireServer.ports.some((port) => Number(p.port) <= port && port <= (p.endPort ?? Number(p.port))),
        );
      if (!isOpen) continue;
      const senders = lookup.workloadsOf(endRef(flow.from));
      const clusters = new Set(senders.flatMap((w) => lookup.homesOf(w.namespace)));
      for (const id of [...clusters].sort()) {
        const cluster = lookup.get('cluster', id);
        if (cluster === undefined || cniInfo(cniOf(cluster) ?? '')?.cloud !== 'azure') continue;
        yield {
          message: `Flow “${flow.id}” lets pods of ${called(lookup, ref('cluster', id))} reach 168.63.129.16 as one of the addresses of ${called(lookup, to)}. Azure’s platform answers there with the configuration and keys of the node, and as a public address the export does not leave it out. Open only the ports that are needed, such as 443, or write the ranges that are meant.`,
          subject: ref('flow', flow.id),
          path: ['flows', flow.id, 'ports'],
          also: [to, ref('cluster', id)],
        };
      }
    }
  },
});
