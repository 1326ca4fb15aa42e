/** What np-guard's netpol-analyzer prints, read back. */
import { lastPort, type PortRange, type Protocol, protocols } from '../../shared/reach/index.ts';

export interface ExpectedConnection {
  readonly from: string;
  readonly to: string;
  readonly ports: readonly PortRange[];
}

export interface ExpectedChange {
  readonly from: string;
  readonly to: string;
  readonly before: readonly PortRange[];
  readonly after: readonly PortRange[];
}

/** One block of ports of one pair, and who decided in each direction. */
export interface ExpectedReason {
  readonly from: string;
  readonly to: string;
  readonly verdict: 'allowed' | 'denied';
  readonly ports: readonly PortRange[];
  /** A direction that the tool does not print is absent. */
  readonly directions: Readonly<Partial<Record<'egress' | 'ingress', ExpectedDecision>>>;
}

export interface ExpectedDecision {
  readonly verdict: 'allowed' | 'denied';
  /** `kind name rule`, for rules that allow or deny; the rule by number from 1, or by name. */
  readonly rules: readonly string[];
}

/** `All Connections`, `No Connections`, `TCP 8080,9090,UDP 53`: a token without a protocol keeps the last one. */
export function readConnections(text: string): PortRange[] {
  if (/^no connections$/i.test(text.trim())) return [];
  if (/^all connections$/i.test(text.trim()))
    return protocols.map((protocol) => ({ protocol, start: 1, end: lastPort }));
  let protocol: Protocol = 'TCP';
  return text.split(',').flatMap((token): PortRange[] => {
    const [, word, numbers = ''] = /^\s*(TCP|UDP|SCTP)?\s*(.*?)\s*$/.exec(token) ?? [];
    protocol = protocols.find((p) => p === word) ?? protocol;
    const range = /^(\d+)(?:-(\d+))?$/.exec(numbers);
    if (range === null) return [{ protocol, start: 1, end: lastPort }];
    return [{ protocol, start: Number(range[1]), end: Number(range[2] ?? range[1]) }];
  });
}

/**
 * Lines `A => B : CONNECTIONS`, up to the sections of the exposure analysis. Asked about one connection, the tool prints it
 * once above lines `A => B`.
 */
export function readList(text: string): ExpectedConnection[] {
  const body = text.split(/^Exposure Analysis Result:/m)[0] ?? '';
  const asked = /^Permitted connections on (.+):$/m.exec(body)?.[1];
  return body.split('\n').flatMap((line) => {
    const match = /^(.+?) => (.+?)(?: : (.+))?$/.exec(line.trim());
    const [, from = '', to = '', ports = asked] = match ?? [];
    return ports === undefined || from === '' ? [] : [{ from, to, ports: readConnections(ports) }];
  });
}

/** Lines of text, or rows of CSV: kind, from, to, before, after, remark. */
export function readDiff(text: string): ExpectedChange[] {
  if (text.startsWith('diff-type,')) {
    return text
      .split('\n')
      .slice(1)
      .flatMap((row) => {
        const [, from = '', to = '', before = '', after = ''] = [...row.matchAll(/("[^"]*"|[^,]*)(?:,|$)/g)].map(
          (cell) => (cell[1] ?? '').replaceAll('"', ''),
        );
        return from === '' ? [] : [{ from, to, before: readConnections(before), after: readConnections(after) }];
      });
  }
  return text.split('\n').flatMap((line) => {
    const match =
      /^diff-type: \w+, source: (.*?), destination: (.*?), [^:,]+: (.*?), [^:,]+: (.*?)(?:, workloads-diff-info: .*)?$/.exec(
        line.trim(),
      );
    const [, from = '', to = '', before = '', after = ''] = match ?? [];
    return match === null ? [] : [{ from, to, before: readConnections(before), after: readConnections(after) }];
  });
}

export function readExplanations(text: string): ExpectedReason[] {
  const found: ExpectedReason[] = [];
  let ends = { from: '', to: '' };
  let block: { verdict: 'allowed' | 'denied'; ports: readonly PortRange[] } | undefined;
  let side: 'egress' | 'ingress' | undefined;
  let directions: Partial<Record<'egress' | 'ingress', { verdict: 'allowed' | 'denied'; rules: string[] }>> = {};
  const finish = () => {
    if (block !== undefined) found.push({ ...ends, ...block, directions });
    block = undefined;
    directions = {};
  };
  for (const line of text.split('\n').map((l) => l.trim())) {
    const pair = /^Connections between (.+?) => (.+?):$/.exec(line);
    const start = /^(Allowed|Denied) (.*) due to the following policies and rules:$/.exec(line);
    const direction = /^(Egress|Ingress) \((Allowed|Denied)\)/.exec(line);
    const rule = /^(?:- )?(\w+) '([^']+)' (allows|denies) connections by (?:Egress|Ingress) rule (.+)$/.exec(line);
    if (pair !== null) {
      finish();
      ends = { from: pair[1] ?? '', to: pair[2] ?? '' };
    } else if (start !== null) {
      finish();
      block = { verdict: start[1] === 'Allowed' ? 'allowed' : 'denied', ports: readPortLists(start[2] ?? '') };
    } else if (direction !== null) {
      side = direction[1] === 'Egress' ? 'egress' : 'ingress';
      directions[side] = { verdict: direction[2] === 'Allowed' ? 'allowed' : 'denied', rules: [] };
    } else if (rule !== null && side !== undefined) {
      directions[side]?.rules.push(
        `${rule[1]} ${rule[2]} ${(rule[4] ?? '').replace(/^#/, '').replace(/[ ,;(].*$/, '')}`,
      );
    } else if (/^#|^The following nodes|^Exposure Analysis/.test(line)) finish();
  }
  finish();
  return found;
}

/** `TCP:[1-8079,8081-65535], UDP, SCTP`. */
function readPortLists(text: string): PortRange[] {
  return [...text.matchAll(/(TCP|UDP|SCTP)(?::\[([^\]]*)\])?/g)].flatMap(([, word, list]) => {
    const protocol = protocols.find((p) => p === word) ?? 'TCP';
    if (list === undefined) return [{ protocol, start: 1, end: lastPort }];
    return list.split(',').map((token) => {
      const [start = '0', end = start] = token.trim().split('-');
      return { protocol, start: Number(start), end: Number(end) };
    });
  });
}
