import { expect, test } from '../planner.ts';

/** Green stands beside blue and holds what blue holds; the shop reaches both. */
const pair = `apiVersion: zonewright/v1
kind: Topology
metadata: {name: pair}
zones:
  edge: {name: Edge, trust: 20, exposure: [loadBalancer]}
  app: {name: Application, trust: 50}
clusters:
  shop:
    distribution: kubeadm
    version: "1.37.1"
    cni: {name: calico}
    networks: {pods: [10.20.0.0/16], services: [10.21.0.0/16], nodes: [10.1.0.0/24]}
    api: {address: 10.1.0.10}
    pools: {edge-a: {zone: edge, nodes: 2}}
  blue:
    distribution: kubeadm
    version: "1.36.2"
    cni: {name: calico}
    networks: {pods: [10.30.0.0/16], services: [10.31.0.0/16], nodes: [10.2.0.0/24]}
    api: {address: 10.2.0.10}
    pools: {app-a: {zone: app, nodes: 3}}
  green:
    distribution: kubeadm
    version: "1.37.1"
    cni: {name: calico}
    networks: {pods: [10.40.0.0/16], services: [10.41.0.0/16], nodes: [10.3.0.0/24]}
    api: {address: 10.3.0.10}
    pools: {app-a: {zone: app, nodes: 3}}
namespaces:
  front: {cluster: shop, zone: edge}
  orders: {cluster: blue, zone: app}
workloads:
  web: {namespace: front}
  api:
    namespace: orders
    ports: {http: {port: 8080}}
    service: {type: LoadBalancer, ports: {http: 80}, addresses: [10.2.200.5, 10.3.200.5]}
flows:
  ask: {from: {workload: web}, to: {workload: api}, ports: [{port: http}], owner: team}
`;

test('a cluster that replaces another is shown as a pair, and stays proven', async ({ planner }) => {
  await planner.openDesign(pair);
  await planner.seesProof('Proven');
  const green = planner.page.getByTestId('node-cluster-green');
  const blue = planner.page.getByTestId('node-cluster-blue');
  await expect(green).not.toContainText('→');

  await planner.find('cluster', 'green');
  await planner.choose('replaces', 'blue');
  await expect(green).toContainText('blue →');
  await expect(blue).toContainText('→ green');
  await expect(planner.page.getByTestId('node-segment-green-app')).toContainText('also orders');
  // What green holds is listed with it, although it is drawn in blue.
  await expect(planner.page.getByTestId('members-namespace')).toContainText('orders');
  await planner.seesProof('Proven');

  await planner.undo();
  await expect(blue).not.toContainText('→');
});
