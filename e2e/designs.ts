/** Designs that specs start from: small enough to be read at a glance, or as large as asked for. */

/** Two zones in one cluster, written by hand: its comments and its spacing have to survive. */
export const bakery = `# The bakery's shop. Somebody wrote this by hand.
apiVersion: zonewright/v1
kind: Topology
metadata:
  name: bakery

zones:
  dmz: {name: DMZ, trust: 20, exposure: [loadBalancer]}
  app:   {name: Application,   trust: 50}   # where the ovens are

matrix:
  dmz:
    app: {access: allow-only, services: [8080/tcp], severity: high}

clusters:
  prod:
    distribution: kubeadm
    version: "1.37.1"
    cni: {name: calico}
    networks: {pods: [10.20.0.0/16], services: [10.21.0.0/20], nodes: [10.1.0.0/24]}
    pools:
      dmz-a: {zone: dmz, nodes: 2}
      app-a: {zone: app, nodes: 2}

namespaces:
  web: {cluster: prod, zone: dmz, owner: team-web}
  kitchen: {cluster: prod, zone: app, owner: team-kitchen}
  office: {cluster: prod, zone: app, owner: team-office}

workloads:
  counter:
    namespace: web
    labels: {app: counter}
    replicas: 2
    ports: {https: {port: 8443}}
    owner: team-web
  oven:
    namespace: kitchen
    labels: {app: oven}
    replicas: 3   # one per shift
    ports: {http: {port: 8080}}
    owner: team-kitchen

flows:
  counter-oven:
    from: {workload: counter}
    to: {workload: oven}
    ports: [{port: http}]
    reason: Orders
    owner: team-web
`;

/** As many workloads as asked for, ten to a namespace, spread over three zones and one cluster; each calls the next. */
export function largeDesign(workloads: number): string {
  const zones = ['dmz', 'app', 'db'];
  const namespaces = Math.ceil(workloads / 10);
  const zoneOf = (n: number) => zones[Math.floor((n * zones.length) / namespaces)] ?? 'db';
  const lines = [
    'apiVersion: zonewright/v1',
    'kind: Topology',
    'metadata: {name: large}',
    'zones:',
    ...zones.map((z, i) => `  ${z}: {trust: ${20 + 30 * i}}`),
    'clusters:',
    '  prod:',
    '    distribution: kubeadm',
    '    version: "1.37.1"',
    '    cni: {name: calico}',
    '    networks: {pods: [10.64.0.0/12], services: [10.32.0.0/16], nodes: [10.1.0.0/16]}',
    '    pools:',
    ...zones.map((z) => `      ${z}-a: {zone: ${z}, nodes: 20}`),
    'namespaces:',
    ...numbers(namespaces).map((n) => `  team-${n}: {cluster: prod, zone: ${zoneOf(n)}, owner: team-${n}}`),
    'workloads:',
    ...numbers(workloads).map(
      (n) =>
        `  service-${n}: {namespace: team-${Math.floor(n / 10)}, labels: {app: service-${n}}, ports: {http: {port: 8080}}, owner: team-${Math.floor(n / 10)}}`,
    ),
    'flows:',
    ...numbers(workloads - 1).map(
      (n) =>
        `  call-${n}: {from: {workload: service-${n}}, to: {workload: service-${n + 1}}, ports: [{port: http}], reason: next, owner: team-${Math.floor(n / 10)}}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}
