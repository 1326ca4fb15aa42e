/** Lines as `hubble observe -o jsonpb` writes them, for specs that lay a log over a design. */
export interface SeenFlow {
  /** `namespace/pod`, or an address. */
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly dropped?: boolean;
  readonly time?: string;
}

export function hubbleLine({ from, to, port, dropped = false, time = '2026-11-02T08:00:00.5Z' }: SeenFlow): string {
  const end = (text: string) => {
    const [namespace, pod] = text.split('/');
    return pod === undefined
      ? { identity: 2, labels: ['reserved:world'] }
      : { identity: 4242, namespace, pod_name: pod, labels: [`k8s:io.kubernetes.pod.namespace=${namespace}`] };
  };
  const address = (text: string) => (text.includes('/') ? '10.20.0.7' : text);
  const flow = {
    time,
    verdict: dropped ? 'DROPPED' : 'FORWARDED',
    IP: { source: address(from), destination: address(to), ipVersion: 'IPv4' },
    l4: { TCP: { source_port: 43210, destination_port: port, flags: { SYN: true } } },
    source: end(from),
    destination: end(to),
    Type: 'L3_L4',
    is_reply: false,
  };
  return JSON.stringify({ flow, node_name: 'prod/worker-1', time });
}
