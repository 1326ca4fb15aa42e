/**
 * What runs beside the applications in many clusters and stops when the first rollout denies what nobody drew: its pods,
 * as their publishers' own manifests make them, and the traffic they need.
 *
 * Sources: the Helm charts kube-prometheus-stack, cert-manager, gatekeeper and kyverno (labels and ports of their pods);
 * Kubernetes docs, "Dynamic Admission Control" (the API server calls webhooks).
 */
export interface PlatformPart {
  readonly id: string;
  readonly kind?: 'Deployment' | 'StatefulSet';
  /** The labels of its pods that stay the same from release to release. */
  readonly labels: Readonly<Record<string, string>>;
  /** Ports its pods listen on, by name. */
  readonly ports?: Readonly<Record<string, number>>;
  /** It reads or writes the Kubernetes API. */
  readonly usesApi: boolean;
  /** The name of the port on which the API server calls it. */
  readonly webhook?: string;
  /** It asks the workloads of every zone of its cluster for their metrics. */
  readonly scrapes?: true;
}

export interface PlatformComponent {
  readonly id: string;
  readonly label: string;
  /** The namespace that its publisher's manifests use. */
  readonly namespace: string;
  readonly parts: readonly PlatformPart[];
}

export const platformComponents: readonly PlatformComponent[] = [
  {
    id: 'prometheus',
    label: 'Prometheus',
    namespace: 'monitoring',
    parts: [
      {
        id: 'prometheus',
        kind: 'StatefulSet',
        labels: { 'app.kubernetes.io/name': 'prometheus' },
        ports: { 'http-web': 9090 },
        usesApi: true,
        scrapes: true,
      },
    ],
  },
  {
    id: 'cert-manager',
    label: 'cert-manager',
    namespace: 'cert-manager',
    parts: [
      { id: 'cert-manager', labels: { 'app.kubernetes.io/name': 'cert-manager' }, usesApi: true },
      { id: 'cert-manager-cainjector', labels: { 'app.kubernetes.io/name': 'cainjector' }, usesApi: true },
      {
        id: 'cert-manager-webhook',
        labels: { 'app.kubernetes.io/name': 'webhook' },
        ports: { https: 10250 },
        usesApi: true,
        webhook: 'https',
      },
    ],
  },
  {
    id: 'gatekeeper',
    label: 'Gatekeeper',
    namespace: 'gatekeeper-system',
    parts: [
      { id: 'gatekeeper-audit', labels: { 'control-plane': 'audit-controller' }, usesApi: true },
      {
        id: 'gatekeeper-webhook',
        labels: { 'control-plane': 'controller-manager' },
        ports: { 'webhook-server': 8443 },
        usesApi: true,
        webhook: 'webhook-server',
      },
    ],
  },
  {
    id: 'kyverno',
    label: 'Kyverno',
    namespace: 'kyverno',
    parts: [
      {
        id: 'kyverno-admission-controller',
        labels: { 'app.kubernetes.io/component': 'admission-controller' },
        ports: { https: 9443 },
        usesApi: true,
        webhook: 'https',
      },
      {
        id: 'kyverno-background-controller',
        labels: { 'app.kubernetes.io/component': 'background-controller' },
        usesApi: true,
      },
    ],
  },
];

/** Names of ports that pods offer their metrics on, in the order in which they are looked for. */
export const metricsPortNames: readonly string[] = ['metrics', 'http-metrics'];

/** Where pods name no such port: the first of the ports that exporters of Prometheus share out among themselves. */
export const usualMetricsPort = 9100;
