import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type KubeObject, parseManifests } from '../k8s/index.ts';
import { obviousVerdict } from '../testing/obvious-reach.ts';
import { cluster } from '../testing/random-cluster.ts';
import {
  type Change,
  describeExplanation,
  type EvaluateOptions,
  type Explanation,
  ends,
  evaluate,
  explain,
  explainPorts,
  type PortRange,
  type Reach,
  thingsOf,
} from './index.ts';

const pods = `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec:
  containers: [{ name: c }]
---
apiVersion: v1
kind: Pod
metadata: { name: db, namespace: data, labels: { app: db } }
spec:
  containers: [{ name: c, ports: [{ name: sql, containerPort: 5432 }] }]
---
apiVersion: v1
kind: Pod
metadata: { name: agent, namespace: node }
spec:
  hostNetwork: true
  containers: [{ name: c }]
`;

/** The policies start in line 20 of the file. */
function ask(policies: string, from: string, to: string, port = 5432, options: EvaluateOptions = {}): Explanation {
  const reach = evaluate(parseManifests(`${pods.trim()}\n---\n${policies.trim()}\n`, { file: 'all.yaml' }).objects, {
    cut: ['203.0.113.0/24'],
    ...options,
  });
  return explain(reach, thingOf(reach, from), thingOf(reach, to), 'TCP', port);
}

function thingOf(reach: Reach, name: string): number {
  if (!name.includes('/')) return reach.pods.length;
  return reach.pods.findIndex((pod) => `${pod.namespace}/${pod.name}` === name);
}

const dbOnly = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db
  namespace: data
spec:
  podSelector: { matchLabels: { app: db } }
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: {}
    - from:
        - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } }
      ports:
        - port: sql
`;
const place = { kind: 'NetworkPolicy', namespace: 'data', name: 'db', file: 'all.yaml' };
const rule = (index: number, line: number) => ({
  ...place,
  line,
  direction: 'ingress',
  rule: index,
  path: `spec.ingress[${index}]`,
});

function guard(tier: string, action: string, priority: number, name: string): string {
  return `
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: ${name} }
spec:
  tier: ${tier}
  priority: ${priority}
  subject: { namespaces: { matchLabels: { kubernetes.io/metadata.name: data } } }
  ingress:
    - { action: ${action}, name: from-shop, from: [{ namespaces: {} }] }
`;
}

describe('explain', () => {
  it('should say that nothing isolates where there is no policy, and where one would', () => {
    const found = ask('', 'shop/web', 'data/db');
    expect(found.verdict).toBe('allowed');
    expect(found.directions.map((d) => d.decision)).toEqual([{ by: 'no-policy' }, { by: 'no-policy' }]);
    expect(found.smallestChange).toEqual([{ kind: 'add-policy', direction: 'ingress', namespace: 'data' }]);
  });

  it('should name the rule that allows, with its line, and what nearly matched', () => {
    const found = ask(dbOnly, 'shop/web', 'data/db');
    expect(found.directions[1]).toEqual({
      direction: 'ingress',
      verdict: 'allowed',
      decision: { by: 'rule', tier: 'network', places: [rule(1, 31)] },
      steps: [
        { tier: 'network', place: rule(0, 29), action: 'allow', match: 'not-the-peer' },
        { tier: 'network', place: rule(1, 31), action: 'allow', match: 'yes' },
      ],
    });
    expect(found.smallestChange).toEqual([{ kind: 'narrow-rules', places: [rule(1, 31)] }]);
  });

  it('should name the policies that isolate, and the nearest rule', () => {
    const found = ask(dbOnly, 'shop/web', 'data/db', 80);
    expect(found.verdict).toBe('denied');
    expect(found.directions[1].decision).toEqual({
      by: 'isolation',
      tier: 'network',
      policies: [{ ...place, line: 20 }],
    });
    expect(found.smallestChange).toEqual([{ kind: 'add-port', place: rule(1, 31) }]);
  });

  it('should ask for a rule where none comes near', () => {
    const nothing = dbOnly.slice(0, dbOnly.indexOf('  ingress:'));
    expect(ask(nothing, 'shop/web', 'data/db').smallestChange).toEqual([
      { kind: 'add-rule', direction: 'ingress', policy: { ...place, line: 20 }, forEveryone: false },
    ]);
  });

  it('should follow the tiers, Pass included', () => {
    const passed = ask(`${guard('Admin', 'Pass', 1, 'pass')}---${dbOnly}`, 'shop/web', 'data/db');
    expect(passed.directions[1].steps.map((s) => [s.tier, s.action, s.match])).toEqual([
      ['admin', 'pass', 'yes'],
      ['network', 'allow', 'not-the-peer'],
      ['network', 'allow', 'yes'],
    ]);
    const denied = ask(`${guard('Admin', 'Deny', 1, 'stop')}---${dbOnly}`, 'shop/web', 'data/db');
    expect(denied.directions[1].decision).toMatchObject({ by: 'rule', tier: 'admin', places: [{ name: 'stop' }] });
    expect(denied.smallestChange).toMatchObject([{ kind: 'change-action', place: { ruleName: 'from-shop' } }]);
    const baseline = ask(guard('Baseline', 'Deny', 1, 'floor'), 'shop/web', 'data/db');
    expect(baseline.directions[1].decision).toMatchObject({ by: 'rule', tier: 'baseline' });
    const over = ask(`${guard('Baseline', 'Deny', 1, 'floor')}---${dbOnly}`, 'shop/web', 'data/db');
    expect(over.verdict).toBe('allowed');
  });

  it('should not hold addresses and pods on the host network by policies', () => {
    const outside = ask(dbOnly, 'addresses', 'data/db');
    expect(outside.directions[0].decision).toEqual({ by: 'outside' });
    expect(outside.directions[1].decision.by).toBe('isolation');
    const host = ask(dbOnly, 'node/agent', 'data/db');
    expect(host.directions[0].decision).toEqual({ by: 'host-network' });
    expect(host.smallestChange).toMatchObject([{ kind: 'add-rule', forEveryone: true }]);
    expect(ask('', 'addresses', 'node/agent').smallestChange).toEqual([]);
  });

  it('should turn the verdict by the change it calls the smallest', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(cluster, fc.constantFrom(80, 81, 8080), (objects, port) => {
        const reach = evaluate(objects.map((object) => ({ object })));
        const names = objects.filter((o) => o.kind === 'Pod').map((o) => `${o.metadata.namespace}/${o.metadata.name}`);
        for (const from of names) {
          for (const to of names) {
            if (from === to) continue;
            const { verdict, smallestChange } = explain(reach, thingOf(reach, from), thingOf(reach, to), 'TCP', port);
            expect(verdict === 'allowed').toBe(obviousVerdict(objects, from, to, 'TCP', port));
            expect(smallestChange.length).toBeGreaterThan(0);
            const changed = smallestChange.reduce(
              (o, change) => apply(o, change, { from, to, port, verdict }),
              objects,
            );
            for (const change of smallestChange) seen.add(change.kind);
            expect(obviousVerdict(changed, from, to, 'TCP', port), JSON.stringify({ from, to, smallestChange })).toBe(
              verdict === 'denied',
            );
          }
        }
      }),
      { numRuns: 100, seed: 7 },
    );
    expect([...seen].sort()).toEqual([
      'add-peer',
      'add-policy',
      'add-port',
      'add-rule',
      'change-action',
      'narrow-rules',
    ]);
  });
});

describe('explainPorts', () => {
  it('should put every port into one entry, with the verdict of the whole evaluation', () => {
    fc.assert(
      fc.property(cluster, (objects) => {
        const reach = evaluate(objects.map((object) => ({ object })));
        for (let from = 0; from < reach.pods.length; from += 1) {
          for (let to = 0; to < reach.pods.length; to += 1) {
            const entries = explainPorts(reach, from, to);
            const size = (ranges: readonly PortRange[]) => ranges.reduce((sum, r) => sum + r.end - r.start + 1, 0);
            expect(entries.reduce((sum, entry) => sum + size(entry.ports), 0)).toBe(3 * 65535);
            const allowed = entries.filter((e) => e.explanation.verdict === 'allowed').flatMap((e) => e.ports);
            expect(reach.ports.of(allowed)).toBe(reach.allowed(from, to));
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('describeExplanation', () => {
  const sentences = (policies: string, from: string, to: string) => {
    const reach = evaluate(parseManifests(`${pods.trim()}\n---\n${policies.trim()}\n`, { file: 'all.yaml' }).objects);
    const end = (name: string) => {
      const found = ends(reach).find((e) => thingsOf(reach, e).includes(thingOf(reach, name)));
      if (found === undefined) throw new Error(`no end ${name}`);
      return found;
    };
    return explainPorts(reach, thingOf(reach, from), thingOf(reach, to)).map((entry) =>
      describeExplanation(end(from), end(to), entry),
    );
  };

  it('should say in words what decided and what would turn it', () => {
    expect(sentences(dbOnly, 'shop/web', 'data/db')).toEqual([
      {
        verdict: 'shop/web[Pod] can reach data/db[Pod] on TCP 5432.',
        directions: [
          {
            decision:
              'Leaving shop/web[Pod]: allowed. No policy isolates the pods for egress, so everything is allowed.',
            steps: [],
          },
          {
            decision:
              'Entering data/db[Pod]: allowed. In the network policies, spec.ingress[1] of NetworkPolicy data/db (all.yaml:31) allows it.',
            steps: ['Nearly: spec.ingress[0] of NetworkPolicy data/db (all.yaml:29) names the port, but not the peer.'],
          },
        ],
        changes: [
          'To deny it, take the peer or the port out of spec.ingress[1] of NetworkPolicy data/db (all.yaml:31).',
        ],
      },
      {
        verdict: 'shop/web[Pod] cannot reach data/db[Pod] on TCP 1-5431,5433-65535; UDP all ports; SCTP all ports.',
        directions: [
          {
            decision:
              'Leaving shop/web[Pod]: allowed. No policy isolates the pods for egress, so everything is allowed.',
            steps: [],
          },
          {
            decision:
              'Entering data/db[Pod]: denied. NetworkPolicy data/db (all.yaml:20) isolates the pods for ingress, and no rule names both this peer and this port.',
            steps: [
              'Nearly: spec.ingress[0] of NetworkPolicy data/db (all.yaml:29) names the port, but not the peer.',
              'Nearly: spec.ingress[1] of NetworkPolicy data/db (all.yaml:31) names the peer, but not the port.',
            ],
          },
        ],
        changes: [
          'To allow it, add TCP 1-5431,5433-65535; UDP all ports; SCTP all ports to the ports of spec.ingress[1] of NetworkPolicy data/db (all.yaml:31).',
        ],
      },
    ]);
  });

  it('should end every text with a period, whatever the cluster', () => {
    fc.assert(
      fc.property(cluster, (objects) => {
        const reach = evaluate(objects.map((object) => ({ object })));
        const all = ends(reach);
        for (const from of all.slice(0, 3)) {
          for (const to of all.slice(-3)) {
            const [a, b] = [thingsOf(reach, from)[0] ?? 0, thingsOf(reach, to)[0] ?? 0];
            for (const entry of explainPorts(reach, a, b)) {
              const text = describeExplanation(from, to, entry);
              const every = [
                text.verdict,
                ...text.changes,
                ...text.directions.flatMap((d) => [d.decision, ...d.steps]),
              ];
              expect(text.changes).not.toEqual([]);
              for (const sentence of every) expect(sentence).toMatch(/^\S.*\.$/);
            }
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

interface Wanted {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly verdict: 'allowed' | 'denied';
}

// biome-ignore lint/suspicious/noExplicitAny: the helper edits untyped YAML as a user would.
type Any = any;

/** The objects with the change made, in the way a user would make it by hand. */
function apply(objects: readonly KubeObject[], change: Change, { from, to, port, verdict }: Wanted): KubeObject[] {
  const copy: Any[] = JSON.parse(JSON.stringify(objects));
  const find = (p: { kind: string; namespace?: string; name: string }) =>
    copy.find((o) => o.kind === p.kind && o.metadata.name === p.name && o.metadata.namespace === p.namespace);
  const pod = (name: string) =>
    copy.find((o) => o.kind === 'Pod' && `${o.metadata.namespace}/${o.metadata.name}` === name);
  const namespaceOf = (name: string) => ({ matchLabels: { 'kubernetes.io/metadata.name': name } });
  const peerFor = (direction: string) => {
    const peer = pod(direction === 'ingress' ? from : to);
    return {
      namespaceSelector: namespaceOf(peer.metadata.namespace),
      podSelector: { matchLabels: peer.metadata.labels },
    };
  };
  const side = (direction: string) => (direction === 'ingress' ? 'from' : 'to');
  if (change.kind === 'add-port') {
    find(change.place).spec[change.place.direction][change.place.rule].ports.push({ protocol: 'TCP', port });
  } else if (change.kind === 'add-peer') {
    const { direction, rule: index } = change.place;
    find(change.place).spec[direction][index][side(direction)].push(peerFor(direction));
  } else if (change.kind === 'add-rule') {
    const { spec } = find(change.policy);
    const types = spec.policyTypes ?? (spec.egress?.length > 0 ? ['Ingress', 'Egress'] : ['Ingress']);
    spec.policyTypes = types;
    spec[change.direction] = [
      ...(spec[change.direction] ?? []),
      { [side(change.direction)]: [peerFor(change.direction)], ports: [{ protocol: 'TCP', port }] },
    ];
  } else if (change.kind === 'change-action') {
    find(change.place).spec[change.place.direction][change.place.rule].action =
      verdict === 'denied' ? 'Accept' : 'Deny';
  } else if (change.kind === 'narrow-rules') {
    // Other ports stay open, so that what closes is this port.
    for (const { direction, rule: index, ...policy } of change.places) {
      const { spec } = find(policy);
      spec.policyTypes ??= spec.egress?.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
      spec[direction][index].ports = [{ protocol: 'TCP', port: 1, endPort: port - 1 }, { protocol: 'UDP' }];
    }
  } else {
    const own = pod(change.direction === 'ingress' ? to : from);
    copy.push({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'isolate', namespace: change.namespace },
      spec: {
        podSelector: { matchLabels: own.metadata.labels },
        policyTypes: [change.direction === 'ingress' ? 'Ingress' : 'Egress'],
      },
    });
  }
  return copy;
}
