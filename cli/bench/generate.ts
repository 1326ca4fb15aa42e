/** Clusters of any size from a seed: the same seed and size give the same texts on every machine. */

export interface BenchInput {
  /** One file for each namespace. */
  readonly files: ReadonlyArray<{ readonly path: string; readonly text: string }>;
  readonly workloads: number;
  readonly policies: number;
}

const workloadsOfNamespace = 20;

/**
 * `workloads` deployments, 20 to a namespace, and four policies for each: one in two for egress, one rule each; its peer is
 * a workload of any namespace, now and then all of a team's namespaces or a range of addresses.
 */
export function generateCluster(workloads: number, seed: number): BenchInput {
  const random = generator(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const namespaces = Math.max(2, Math.ceil(workloads / workloadsOfNamespace));
  const documents: string[][] = Array.from({ length: namespaces }, (_, i) => [namespaceText(i)]);
  for (let i = 0; i < workloads; i += 1) documents[i % namespaces]?.push(deploymentText(i, i % namespaces));
  const policies = workloads * 4;
  for (let i = 0; i < policies; i += 1) {
    const workload = below(workloads);
    const isEgress = random() < 0.5;
    const peer = peerText(below, random, workloads, namespaces);
    const port = random() < 0.3 ? 'http' : String(8000 + below(10));
    documents[workload % namespaces]?.push(policyText(i, workload, workload % namespaces, isEgress, peer, port));
  }
  return {
    files: documents.map((own, i) => ({ path: `ns${i}.yaml`, text: own.join('---\n') })),
    workloads,
    policies,
  };
}

/** mulberry32: 32 bits of state are enough for inputs that only have to be mixed. */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function namespaceText(i: number): string {
  return `apiVersion: v1
kind: Namespace
metadata:
  name: ns${i}
  labels:
    team: t${i % 10}
`;
}

function deploymentText(i: number, namespace: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: w${i}
  namespace: ns${namespace}
spec:
  selector:
    matchLabels:
      app: w${i}
  template:
    metadata:
      labels:
        app: w${i}
        tier: x${i % 5}
    spec:
      containers:
        - name: c
          image: registry.example.org/w:1
          ports:
            - name: http
              containerPort: 8080
`;
}

function peerText(
  below: (limit: number) => number,
  random: () => number,
  workloads: number,
  namespaces: number,
): string {
  const kind = random();
  if (kind < 0.1) {
    return `ipBlock:
            cidr: 10.${below(50)}.0.0/16`;
  }
  if (kind < 0.25) {
    return `namespaceSelector:
            matchLabels:
              team: t${below(10)}`;
  }
  const peer = below(workloads);
  return `namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: ns${peer % namespaces}
          podSelector:
            matchLabels:
              app: w${peer}`;
}

function policyText(
  i: number,
  workload: number,
  namespace: number,
  isEgress: boolean,
  peer: string,
  port: string,
): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: p${i}
  namespace: ns${namespace}
spec:
  podSelector:
    matchLabels:
      app: w${workload}
  policyTypes:
    - ${isEgress ? 'Egress' : 'Ingress'}
  ${isEgress ? 'egress' : 'ingress'}:
    - ${isEgress ? 'to' : 'from'}:
        - ${peer}
      ports:
        - port: ${port}
`;
}
