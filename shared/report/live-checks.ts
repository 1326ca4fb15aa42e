/** Checks for the real cluster: as a test file of netassert 2, and as a script that needs kubectl alone. */
import { writeScalar } from '../lib/yaml-write.ts';

interface End {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly selector: Readonly<Record<string, string>>;
}

interface Check {
  readonly name: string;
  readonly from: End;
  readonly to: End;
  readonly protocol: 'TCP' | 'UDP';
  readonly port: number;
  readonly isAllowed: boolean;
}

/** The format of github.com/controlplaneio/netassert, version 2. Its `exitCode` is 1 for what has to fail. */
export function checksAsNetassert(checks: readonly Check[]): string {
  const text = (value: string) => writeScalar(value, { isFlow: false });
  const end = (key: string, { kind, namespace, name }: End) =>
    `  ${key}:\n    k8sResource:\n      kind: ${kind.toLowerCase()}\n      name: ${text(name)}\n      namespace: ${text(namespace)}\n`;
  return checks
    .map(
      ({ name, from, to, protocol, port, isAllowed }) =>
        `- name: ${text(name)}\n  type: k8s\n  protocol: ${protocol.toLowerCase()}\n  targetPort: ${port}\n  timeoutSeconds: 60\n  attempts: ${isAllowed ? 3 : 1}\n  exitCode: ${isAllowed ? 0 : 1}\n${end('src', from)}${end('dst', to)}`,
    )
    .join('');
}

/**
 * A shell script. Each check starts a short-lived debug container in a pod of the sender, whose network and so whose
 * policies it shares, and opens a connection to a pod of the receiver by its address.
 */
export function checksAsScript(checks: readonly Check[]): string {
  const selector = (labels: Readonly<Record<string, string>>) =>
    Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(',');
  // Over UDP only what has to work is tried, by a connection that nobody refuses.
  const lines = checks.map(({ from, to, protocol, port, isAllowed }) =>
    [
      'check',
      isAllowed ? 'allowed' : 'denied',
      ...[from.namespace, selector(from.selector), to.namespace, selector(to.selector)].map(quoted),
      protocol.toLowerCase(),
      port,
    ].join(' '),
  );
  return `${header}${lines.join('\n')}\n${footer}`;
}

const header = `#!/bin/sh
# Tries in the cluster of the current context what the design says: connections that are drawn work, others do not.
# Needs kubectl and the right to start ephemeral containers. IMAGE has to hold nc; CONTEXT names another context.
IMAGE="\${IMAGE:-busybox:1.37}"
KUBECTL="kubectl\${CONTEXT:+ --context $CONTEXT}"
passed=0 failed=0 skipped=0

pod() { $KUBECTL -n "$1" get pods -l "$2" --field-selector status.phase=Running -o "jsonpath={.items[0].$3}" 2>/dev/null; }

check() {
  from=$(pod "$2" "$3" metadata.name)
  to=$(pod "$4" "$5" status.podIP)
  if [ -z "$from" ] || [ -z "$to" ]; then
    skipped=$((skipped + 1))
    echo "skipped: $2 $3 to $4 $5 $6 $7: no running pod"
    return
  fi
  options="-z -w 3"
  [ "$6" = udp ] && options="-z -u -w 3"
  if $KUBECTL -n "$2" debug "$from" --image "$IMAGE" --profile restricted --quiet --attach -- nc $options "$to" "$7" >/dev/null 2>&1
  then found=allowed; else found=denied; fi
  if [ "$found" = "$1" ]; then passed=$((passed + 1)); else
    failed=$((failed + 1))
    echo "failed: $2 $3 to $4 $5 $6 $7 is $found and has to be $1"
  fi
}

`;
const footer = `
echo "passed $passed, failed $failed, skipped $skipped"
[ "$failed" -eq 0 ]
`;

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
