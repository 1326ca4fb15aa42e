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
  /** The zone of the sender, where it takes only some images. */
  readonly images?: {
    readonly zone: string;
    readonly registries?: readonly string[] | undefined;
    readonly pin?: string | undefined;
  };
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
 * policies it shares, and opens a connection to a pod of the receiver by its address. What could not be tried is neither
 * allowed nor denied: the script exits with 1 where a check fails, and with 2 where all pass that could be tried, or none
 * could. It is plain POSIX shell, since the shell of macOS is old and that of Debian is small.
 */
export function checksAsScript(checks: readonly Check[]): string {
  const selector = (labels: Readonly<Record<string, string>>) =>
    Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(',');
  // Over UDP only what has to work is tried, by a connection that nobody refuses.
  const lines = checks.map(({ from, to, protocol, port, isAllowed, images }) =>
    [
      'check',
      isAllowed ? 'allowed' : 'denied',
      ...[from.namespace, selector(from.selector), to.namespace, selector(to.selector)].map(quoted),
      protocol.toLowerCase(),
      port,
      ...(images === undefined ? [] : [`"$${imageVariable(images.zone)}"`]),
    ].join(' '),
  );
  return `${header}${imagesOf(checks)}${lines.join('\n')}\n${footer}`;
}

/** Admission judges the container that tries as well, so each zone that takes only some images is named one of them. */
function imagesOf(checks: readonly Check[]): string {
  const zones = new Map(checks.flatMap(({ images }) => (images === undefined ? [] : [[images.zone, images] as const])));
  const lines = [...zones].map(([zone, { registries = [], pin }]) => {
    const from = registries.length === 0 ? '' : ` from ${registries.join(', ')}`;
    const by = pin === undefined || pin === 'none' ? '' : ` by ${pin}`;
    const name = imageVariable(zone);
    // A comment ends with its line, whatever the design says.
    const comment = `zone ${zone} takes images${from}${by} only`.replaceAll(/\s+/g, ' ');
    return `${name}="\${${name}:-$IMAGE}" # ${comment}\n`;
  });
  return lines.length === 0 ? '' : `${lines.join('')}\n`;
}

function imageVariable(zone: string): string {
  return `IMAGE_${zone.replaceAll(/[^a-z0-9]/gi, '_')}`;
}

const header = `#!/bin/sh
# Tries in the cluster of the current context what the design says: connections that are drawn work, others do not.
# Needs kubectl 1.32 or later and the right to start ephemeral containers. Their pods list them until they are replaced,
# ended; nothing else is left behind. Exit codes: 0 all that could be tried is as drawn, 1 something is not, 2 something
# could not be tested, or nothing was.
IMAGE="\${IMAGE:-busybox:1.37}" # has to hold nc
WAIT="\${WAIT:-60}"             # seconds that a container may take to start and end
JOBS="\${JOBS:-8}"              # checks at a time
CONTEXT="\${CONTEXT:-}"         # of the kubeconfig; empty for the current one

run="$(date +%s)-$$"
count=0 told=0 pids=
passed=0 failed=0 skipped=0 untested=0
newline='
'
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'kill $pids 2>/dev/null; exit 2' INT TERM HUP

# The restricted profile runs no container as root, and most images with nc would.
echo '{"securityContext":{"runAsUser":65534,"runAsGroup":65534}}' >"$work/custom.json"

k() { kubectl \${CONTEXT:+--context "$CONTEXT"} --request-timeout=30s "$@"; }

# The first running pod of a selector goes into "found", what it is asked for; or there goes why nobody knows.
pod() {
  error="$work/error-$id"
  found=$(k -n "$1" get pods -l "$2" --field-selector status.phase=Running -o "jsonpath={range .items[*]}{.$3}{\\"\\\\n\\"}{end}" 2>"$error")
  status=$?
  found=\${found%%"$newline"*}
  [ "$status" -eq 0 ] || found=$(cat "$error")
  return "$status"
}
state() { k -n "$1" get pod "$2" -o "jsonpath={.status.ephemeralContainerStatuses[?(@.name==\\"$3\\")].state.$4}" 2>/dev/null; }

# Prints one line: "passed", or what is wrong.
try() {
  what="$2 $3 to $4 $5 $6 $7"
  pod "$2" "$3" metadata.name || { echo "could not be tested: $what: $found"; return; }
  from=$found
  pod "$4" "$5" status.podIP || { echo "could not be tested: $what: $found"; return; }
  to=$found
  [ -n "$from" ] && [ -n "$to" ] || { echo "skipped: $what: no running pod"; return; }
  options="-z -w 3"
  [ "$6" = udp ] && options="-z -u -w 3"
  name="zonewright-$run-$id"
  code= reason=
  if said=$(k -n "$2" debug "$from" --container "$name" --image "\${8:-$IMAGE}" --profile restricted --custom "$work/custom.json" --quiet -- nc $options "$to" "$7" 2>&1); then
    # What nc ended with is read from the pod, since kubectl debug does not pass it on.
    waited=0
    while code=$(state "$2" "$from" "$name" terminated.exitCode); [ -z "$code" ] && [ "$waited" -lt "$WAIT" ]; do
      sleep 1
      waited=$((waited + 1))
    done
    [ -n "$code" ] || reason="the container did not run to its end in $WAIT seconds $(state "$2" "$from" "$name" waiting.reason)"
  else
    reason=$said
  fi
  case "$code" in
    0) seen=allowed ;;
    1) seen=denied ;;
    *) echo "could not be tested: $what: \${reason:-nc ended with $code}"; return ;;
  esac
  if [ "$seen" = "$1" ]; then echo passed; else echo "failed: $what is $seen and has to be $1"; fi
}

# Several run at a time, and are told in their order.
check() {
  count=$((count + 1))
  id=$count
  try "$@" >"$work/$count" &
  pids="$pids $!"
  [ $((count - told)) -lt "$JOBS" ] || tell
}
tell() {
  wait
  pids=
  while [ "$told" -lt "$count" ]; do
    told=$((told + 1))
    line=$(cat "$work/$told")
    case "$line" in
      passed) passed=$((passed + 1)); continue ;;
      failed:*) failed=$((failed + 1)) ;;
      skipped:*) skipped=$((skipped + 1)) ;;
      *) untested=$((untested + 1)) ;;
    esac
    printf '%s\\n' "$line"
  done
}

`;
const footer = `
tell
echo "passed $passed, failed $failed, skipped $skipped, could not be tested $untested"
[ "$failed" -eq 0 ] || exit 1
[ "$untested" -eq 0 ] || exit 2
[ "$passed" -gt 0 ] || { echo "nothing was tested: is this the cluster of the design?"; exit 2; }
`;

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
