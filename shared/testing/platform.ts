/** Designs and their exports, as the proof of placement, storage and runtimes takes them. */
import { load as loadYaml } from 'js-yaml';
import { compile } from '../compile/index.ts';
import { loadDesign } from '../document/index.ts';
import { parseManifests } from '../k8s/index.ts';
import type { Topology } from '../model/index.ts';
import type { ClusterExport, PlatformFinding, PlatformProofs } from '../proof/index.ts';

/** What every cluster of a design is given, read back from the printed files. */
export function exportsOf(topology: Topology): ClusterExport[] {
  const { files } = compile(topology);
  return Object.keys(topology.clusters ?? {}).map((cluster) => {
    const own = files.filter((f) => f.cluster === cluster);
    return {
      cluster,
      objects: own
        .filter((f) => f.objects.length > 0)
        .flatMap((f) => parseManifests(f.text, { file: f.path }).objects.map((o) => o.object)),
      configurations: own
        .filter((f) => f.objects.length === 0 && f.path.includes('/cluster/') && f.path.endsWith('.yaml'))
        .flatMap((f) => f.text.split(/^---$/m).map((text) => ({ path: f.path, document: loadYaml(text) }))),
    };
  });
}

export function findingsOf(proofs: PlatformProofs): PlatformFinding[] {
  return Object.values(proofs).flatMap((p) => p.findings);
}

/** The design of a text; throws where it cannot be read. */
export function designOf(text: string): Topology {
  const { document, problems } = loadDesign(text, { file: 'test.zones.yaml' });
  if (document === undefined) throw new Error(problems.map((p) => p.message).join('\n'));
  return document.topology;
}

/** Three zones that share a cluster, each with pools, a runtime and a workload of its own. */
export const small = designOf(`
apiVersion: zonewright/v1
kind: Topology
metadata: {name: small}
zones:
  dmz: {trust: 20, runtimes: [gvisor]}
  app: {trust: 50, runtimes: [plain, gvisor], storageClasses: [files]}
  db: {trust: 80, runtimes: [kata, plain], storageClasses: [block]}
clusters:
  prod:
    distribution: kubeadm
    version: "1.37"
    cni: {name: calico}
    networks: {pods: [10.20.0.0/16], nodes: [10.1.0.0/24]}
    pools:
      dmz-a: {zone: dmz, nodes: 2, runtimes: [gvisor]}
      app-a: {zone: app, nodes: 2, runtimes: [gvisor]}
      app-b: {zone: app, nodes: 1, taints: [{key: gpu, value: "yes", effect: NoSchedule}]}
      db-a: {zone: db, nodes: 2, kvm: true, runtimes: [kata]}
namespaces:
  web: {cluster: prod, zone: dmz}
  orders: {cluster: prod, zone: app}
  data: {cluster: prod, zone: db}
workloads:
  gateway: {namespace: web}
  api: {namespace: orders, storage: {data: {class: files}}}
  store: {namespace: data, kind: StatefulSet, storage: {data: {class: block}}}
storage:
  endpoints:
    filer: {zone: app, type: nfs, addresses: [10.9.0.1], export: /x}
    disks: {zone: db, type: longhorn}
  classes:
    files: {endpoint: filer}
    block: {endpoint: disks, default: true}
runtimes:
  plain: {from: runc}
  gvisor: {from: gvisor}
  kata: {from: kata-qemu}
`);

/** The design with another version and distribution of its cluster `prod`. */
export function withVersion(
  topology: Topology,
  version: string,
  distribution: NonNullable<Topology['clusters']>[string]['distribution'] = 'kubeadm',
): Topology {
  const prod = topology.clusters?.prod;
  if (prod === undefined) throw new Error('the design has no cluster “prod”');
  return { ...topology, clusters: { prod: { ...prod, version, distribution } } };
}
