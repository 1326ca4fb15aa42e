import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type KubeObject, parseManifests } from '../../k8s/index.ts';
import { cluster } from '../../testing/random-cluster.ts';
import { describeExplanation } from '../describe.ts';
import { evaluate, type Reach } from '../evaluate.ts';
import { explain, explainPorts } from '../explain.ts';
import { describePorts } from '../port-set.ts';
import { ends, isWorkload } from '../query.ts';

const base = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { zone: dmz } }
---
apiVersion: v1
kind: Namespace
metadata: { name: data, labels: { zone: db } }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { serviceAccountName: front, containers: [{ name: c }] }
---
apiVersion: v1
kind: Pod
metadata: { name: jobs, namespace: shop, labels: { app: jobs } }
spec: { containers: [{ name: c }] }
---
apiVersion: v1
kind: Pod
metadata: { name: db, namespace: data, labels: { app: db } }
spec: { containers: [{ name: c, ports: [{ name: sql, containerPort: 5432 }] }] }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: front, namespace: shop, labels: { trusted: "yes" } }
`;
const guards =
  'apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: { name: guards }\nspec: { order: 500, defaultAction: Pass }';

function policy(kind: string, name: string, spec: string, namespace = 'data'): string {
  return `apiVersion: projectcalico.org/v3\nkind: ${kind}\nmetadata: { name: ${name}${kind.startsWith('Global') ? '' : `, namespace: ${namespace}`} }\nspec: ${spec}`;
}
const global = (name: string, spec: string) => policy('GlobalNetworkPolicy', name, spec);
const namespaced = (name: string, spec: string) => policy('NetworkPolicy', name, spec);

function judge(...documents: readonly string[]): Reach {
  const text = [base.trim(), ...documents].join('\n---\n');
  return evaluate(parseManifests(`${text}\n`, { file: 'all.yaml' }).objects);
}

function thing(reach: Reach, name: string): number {
  const found = reach.pods.findIndex((p) => p.name === name);
  if (found === -1) throw new Error(`no pod ${name}`);
  return found;
}

function open(reach: Reach, from: string, to: string): string {
  return describePorts(reach.ports.ranges(reach.allowed(thing(reach, from), thing(reach, to))));
}

function outside(reach: Reach, pod: string, address: bigint): string {
  const piece = reach.pieces.findIndex((p) => p.family === 4 && p.start <= address && address <= p.end);
  return describePorts(reach.ports.ranges(reach.allowed(thing(reach, pod), reach.pods.length + piece)));
}

describe('tiers', () => {
  const denies = global(
    'g',
    "{ tier: guards, order: 1, namespaceSelector: zone == 'db', ingress: [{ action: Deny }] }",
  );
  const allows = namespaced('open', "{ selector: app == 'db', ingress: [{ action: Allow }] }");

  it('should ask the lower order first, and be final', () => {
    expect(open(judge(guards, denies, allows), 'web', 'db')).toBe('no connections');
    expect(open(judge(guards.replace('500', '2000000'), denies, allows), 'web', 'db')).toBe('all connections');
  });

  it('should end as the default action says, for pods that its policies hold', () => {
    const held = global('g', "{ tier: guards, namespaceSelector: zone == 'db', ingress: [] }");
    expect(open(judge(guards, held), 'web', 'db')).toBe('all connections');
    const closed = guards.replace('defaultAction: Pass', 'defaultAction: Deny');
    expect(open(judge(closed, held), 'web', 'db')).toBe('no connections');
    expect(open(judge(closed, held), 'web', 'jobs')).toBe('all connections');
    expect(open(judge(guards.replace(', defaultAction: Pass', ''), held), 'web', 'db')).toBe('no connections');
  });

  it('should be left by Pass, and Log should change nothing', () => {
    const passes = global(
      'g',
      "{ tier: guards, namespaceSelector: zone == 'db', ingress: [{ action: Log }, { action: Pass, protocol: TCP, destination: { ports: [5432] } }, { action: Deny }] }",
    );
    expect(open(judge(guards, passes), 'web', 'db')).toBe('TCP 5432');
    expect(open(judge(guards, passes, namespaced('none', '{ selector: all(), types: [Ingress] }')), 'web', 'db')).toBe(
      'no connections',
    );
  });

  it('should stand around the policies of Kubernetes', () => {
    const np = `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: np, namespace: data }\nspec: { podSelector: {}, policyTypes: [Ingress] }`;
    expect(open(judge(np), 'web', 'db')).toBe('no connections');
    const first = namespaced('first', '{ order: 10, ingress: [{ action: Allow, protocol: UDP }] }');
    expect(open(judge(np, first), 'web', 'db')).toBe('UDP all ports');
    const after = namespaced('after', '{ order: 2000, ingress: [{ action: Deny }] }');
    const allowing = np.replace('policyTypes: [Ingress]', 'ingress: [{}]');
    expect(open(judge(allowing, after), 'web', 'db')).toBe('all connections');
  });

  it('should order policies of a tier by order, then name; those without an order last', () => {
    const deny = (name: string, order: string) => namespaced(name, `{ ${order}ingress: [{ action: Deny }] }`);
    const allow = (name: string, order: string) => namespaced(name, `{ ${order}ingress: [{ action: Allow }] }`);
    expect(open(judge(deny('a', 'order: 2, '), allow('b', 'order: 1.5, ')), 'web', 'db')).toBe('all connections');
    expect(open(judge(deny('a', 'order: 2, '), allow('b', 'order: 2, ')), 'web', 'db')).toBe('no connections');
    expect(open(judge(deny('a', ''), allow('b', 'order: 9, ')), 'web', 'db')).toBe('all connections');
  });

  it('should judge what Calico stores as what its API serves', () => {
    const set = `apiVersion: projectcalico.org/v3\nkind: GlobalNetworkSet\nmetadata: { name: partners, labels: { role: partner } }\nspec: { nets: [203.0.113.0/24] }`;
    const partners = namespaced(
      'p',
      "{ egress: [{ action: Allow, destination: { namespaceSelector: global(), selector: role == 'partner' } }] }",
    );
    const served = [guards, denies, allows, set, partners];
    const store = (text: string) =>
      text
        .replace('projectcalico.org/v3', 'crd.projectcalico.org/v1')
        .replace(
          'labels: { role: partner }',
          `annotations: { projectcalico.org/metadata: '{"labels":{"role":"partner"}}' }`,
        );
    const of = (documents: readonly string[]) => {
      const reach = judge(...documents);
      const addresses = [0xcb007109n, 0xcb007209n].map((address) => outside(reach, 'db', address));
      return [open(reach, 'web', 'db'), open(reach, 'db', 'web'), ...addresses, ...reach.problems];
    };
    expect(of(served)).toEqual(['no connections', 'no connections', 'all connections', 'no connections']);
    expect(of(served.map(store))).toEqual(of(served));
  });

  it('should say that a tier is missing, and read it as the last', () => {
    const reach = judge(denies, allows);
    expect(reach.problems.map((p) => p.rule)).toEqual(['manifest/unknown-tier']);
    expect(open(reach, 'web', 'db')).toBe('all connections');
  });
});

describe('rules', () => {
  const rule = (text: string, more = '') => namespaced('r', `{ selector: app == 'db'${more}, ingress: [${text}] }`);
  const into = (text: string) => {
    const reach = judge(rule(text));
    return ['web', 'jobs'].map((from) => open(reach, from, 'db'));
  };

  it('should select peers by pod, namespace and account', () => {
    expect(into("{ action: Allow, source: { selector: app == 'web' } }")).toEqual(['no connections', 'no connections']);
    expect(into("{ action: Allow, source: { selector: app == 'web', namespaceSelector: zone == 'dmz' } }")).toEqual([
      'all connections',
      'no connections',
    ]);
    expect(into('{ action: Allow, source: { namespaceSelector: all() } }')).toEqual([
      'all connections',
      'all connections',
    ]);
    expect(
      into("{ action: Allow, source: { namespaceSelector: all(), serviceAccounts: { selector: trusted == 'yes' } } }"),
    ).toEqual(['all connections', 'no connections']);
    expect(
      into('{ action: Allow, source: { namespaceSelector: all(), serviceAccounts: { names: [default] } } }'),
    ).toEqual(['no connections', 'all connections']);
    expect(into("{ action: Allow, source: { notSelector: app == 'web', namespaceSelector: all() } }")).toEqual([
      'no connections',
      'all connections',
    ]);
  });

  it('should read ports as numbers, ranges, names and what is excepted', () => {
    expect(into('{ action: Allow, protocol: TCP, destination: { ports: [22, "6000:6002", sql] } }')[0]).toBe(
      'TCP 22,5432,6000-6002',
    );
    expect(into('{ action: Allow, protocol: UDP, destination: { notPorts: ["1:99", "200:65535"] } }')[0]).toBe(
      'UDP 100-199',
    );
    expect(into('{ action: Allow, notProtocol: TCP }')[0]).toBe('UDP all ports; SCTP all ports');
    expect(into('{ action: Allow, protocol: 132 }')[0]).toBe('SCTP all ports');
    expect(into('{ action: Allow, protocol: ICMP }')[0]).toBe('no connections');
  });

  it('should narrow the pods of the policy by the other side of a rule', () => {
    const both = policy(
      'NetworkPolicy',
      'r',
      "{ ingress: [{ action: Allow, destination: { selector: app == 'web' } }] }",
      'shop',
    );
    const reach = judge(both);
    expect([open(reach, 'db', 'web'), open(reach, 'db', 'jobs')]).toEqual(['all connections', 'no connections']);
  });

  it('should know addresses by ranges and by network sets', () => {
    const sets = [
      'apiVersion: projectcalico.org/v3\nkind: GlobalNetworkSet\nmetadata: { name: partner, labels: { who: partner } }\nspec: { nets: [203.0.113.0/24, 198.51.100.7] }',
      'apiVersion: projectcalico.org/v3\nkind: NetworkSet\nmetadata: { name: own, namespace: data, labels: { who: own } }\nspec: { nets: [192.0.2.0/24] }',
    ];
    const [partner, own, other] = [0xcb007105n, 0xc0000205n, 0x08080808n];
    const reached = (destination: string, kind = global) => {
      const text = `{ selector: app == 'db', types: [Egress], egress: [{ action: Allow, destination: { ${destination} } }] }`;
      const reach = judge(kind('r', text), ...sets);
      return [partner, own, other].map((a) => outside(reach, 'db', a) === 'all connections');
    };
    expect(reached("selector: who == 'partner'")).toEqual([true, false, false]);
    expect(reached('selector: has(who)')).toEqual([true, true, false]);
    expect(reached('namespaceSelector: global()')).toEqual([true, false, false]);
    expect(reached("namespaceSelector: projectcalico.org/name == 'data'")).toEqual([false, true, false]);
    expect(reached('selector: has(who)', namespaced)).toEqual([false, true, false]);
    expect(reached("notSelector: who == 'own'")).toEqual([true, false, true]);
    expect(reached('nets: [0.0.0.0/0], notNets: [203.0.113.0/24]')).toEqual([false, true, true]);
  });

  it('should follow the rules where types are left out', () => {
    const reach = judge(namespaced('r', '{ egress: [{ action: Deny }] }'));
    expect([open(reach, 'db', 'web'), open(reach, 'web', 'db')]).toEqual(['no connections', 'all connections']);
    expect(open(judge(namespaced('r', '{}')), 'web', 'db')).toBe('no connections');
  });
});

describe('fields that are null', () => {
  it('should count as absent, as the API server reads them', () => {
    const spec =
      '{ ingress: [{ action: Deny, protocol: null, notProtocol: null, http: null, source: { ports: null, notPorts: null, services: null }, destination: { ports: null } }] }';
    const reach = judge(
      namespaced('r', `{ order: 5, ${spec.slice(2)}`),
      namespaced('s', '{ ingress: [{ action: Allow }] }'),
    );
    expect(reach.problems).toEqual([]);
    expect(open(reach, 'web', 'db')).toBe('no connections');
  });

  it('should count as absent in cluster network policies as well', () => {
    const reach = judge(
      'apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: { name: c }\nspec: { tier: Admin, priority: 1, subject: { namespaces: {}, pods: null }, ingress: [{ action: Deny, from: [{ namespaces: {}, pods: null }], protocols: null }] }',
    );
    expect(reach.problems).toEqual([]);
    expect(open(reach, 'web', 'db')).toBe('no connections');
  });
});

describe('what manifests cannot show', () => {
  it('should be said, and count towards more reach', () => {
    const allow = judge(namespaced('r', '{ ingress: [{ action: Allow, protocol: TCP, source: { ports: [53] } }] }'));
    expect(open(allow, 'web', 'db')).toBe('TCP all ports');
    const deny = judge(
      namespaced('r', '{ ingress: [{ action: Deny, protocol: TCP, source: { ports: [53] } }, { action: Allow }] }'),
    );
    expect(open(deny, 'web', 'db')).toBe('all connections');
    for (const reach of [allow, deny])
      expect(reach.problems.map((p) => p.rule)).toEqual(['manifest/rule-outside-the-analysis']);
  });

  it('should be passed over where it holds hosts only, and staged policies do nothing', () => {
    const reach = judge(
      global('hosts', '{ applyOnForward: true, preDNAT: true, ingress: [{ action: Deny }] }'),
      policy('StagedGlobalNetworkPolicy', 'soon', '{ ingress: [{ action: Deny }] }'),
      policy('StagedNetworkPolicy', 'soon', '{ ingress: [{ action: Deny }] }'),
    );
    expect(open(reach, 'web', 'db')).toBe('all connections');
    expect(reach.problems.map((p) => [p.rule, p.severity])).toEqual([
      ['manifest/policy-for-hosts', 'warning'],
      ['manifest/staged-policy', 'info'],
      ['manifest/staged-policy', 'info'],
    ]);
  });

  it.each([
    ["{ selector: app = 'x' }", 'selector is no selector'],
    ['{ ingress: [{ action: Accept }] }', '“Accept” is no action'],
    ['{ ingress: [{ action: Allow, destination: { ports: [80] } }] }', 'ports need a protocol'],
    ['{ ingress: [{ action: Allow, source: { nets: [here] } }] }', '"here" is no address range'],
    ['{ order: first }', 'order must be a number'],
    ['{ types: [Both] }', 'Both is no type of policy'],
  ])('should refuse %s', (spec, why) => {
    const { problems } = judge(namespaced('r', spec));
    expect(problems.map((p) => p.message).join(' ')).toContain(why);
    expect(problems.every((p) => p.rule === 'manifest/invalid-policy')).toBe(true);
  });
});

describe('explaining', () => {
  it('should name the tier and the rule, and lead through the tiers that were passed', () => {
    const reach = judge(
      guards,
      global(
        'db-guard',
        "{ tier: guards, namespaceSelector: zone == 'db', ingress: [{ action: Pass, protocol: TCP }, { action: Deny }] }",
      ),
      namespaced('db', '{ ingress: [{ action: Allow, protocol: TCP, destination: { ports: [5432] } }] }'),
    );
    const [from, to] = [thing(reach, 'web'), thing(reach, 'db')];
    const at = (protocol: 'TCP' | 'UDP', port: number) => explain(reach, from, to, protocol, port).directions[1];
    expect(at('TCP', 5432).decision).toMatchObject({ by: 'rule', tier: 'network', places: [{ name: 'db', rule: 0 }] });
    expect(at('TCP', 5432).steps.map((s) => [s.tier, s.action, s.match])).toEqual([
      ['guards', 'pass', 'yes'],
      ['network', 'allow', 'yes'],
    ]);
    expect(at('TCP', 80).decision).toMatchObject({ by: 'isolation', tier: 'network', policies: [{ name: 'db' }] });
    expect(at('UDP', 53).decision).toMatchObject({
      by: 'rule',
      tier: 'guards',
      places: [{ name: 'db-guard', rule: 1 }],
    });
    const [a, b] = [from, to].map((t) => ends(reach).find((e) => isWorkload(e) && e.name === reach.pods[t]?.name));
    if (a === undefined || b === undefined) throw new Error('no ends');
    const texts = explainPorts(reach, from, to).map((entry) => describeExplanation(a, b, entry).directions[1]);
    expect(texts.map((t) => t.decision).join(' ')).toContain(
      'In tier guards, spec.ingress[1] of GlobalNetworkPolicy db-guard (all.yaml:',
    );
    expect(texts.flatMap((t) => t.steps).join(' ')).toContain('passes it on from tier guards.');
  });
});

describe('the same policies in the words of Kubernetes and of Calico', () => {
  it('should let the same through', () => {
    fc.assert(
      fc.property(cluster, (objects) => {
        // In Calico a range means pods with such an address as well.
        const addressed = objects.map((o, i) => (o.kind === 'Pod' ? { ...o, status: { podIP: `10.1.2.${i}` } } : o));
        const plain = evaluate(
          addressed.map((object) => ({ object })),
          { ipBlockMatchesPods: true },
        );
        const translated = evaluate(addressed.map((object) => ({ object: inCalico(object) })));
        expect(translated.problems).toEqual([]);
        const classOf = (thing: number) => translated.classes.classOf[thing] ?? 0;
        for (let from = 0; from < plain.pods.length; from += 1) {
          const row = translated.row(classOf(from)).slice();
          const leaving = translated.permittedAt('egress', from);
          for (let to = 0; to < plain.pods.length; to += 1) {
            const allowed = translated.allowed(from, to);
            expect(translated.ports.ranges(allowed)).toEqual(plain.ports.ranges(plain.allowed(from, to)));
            expect(row[classOf(to)]).toBe(allowed);
            expect(leaving[classOf(to)]).toBe(translated.permits('egress', from, to));
            expect(translated.permittedAt('ingress', to)[classOf(from)]).toBe(translated.permits('ingress', to, from));
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

// biome-ignore lint/suspicious/noExplicitAny: untyped objects of both kinds are translated by hand.
type Any = any;

/** As Calico itself converts them (libcalico-go, backend/k8s/conversion). */
function inCalico(object: KubeObject): KubeObject {
  const { spec, metadata, kind }: Any = object;
  const rules = (list: Any[] | undefined, side: string, translate: (rule: Any) => Any[]) =>
    (list ?? []).flatMap((r) => translate({ ...r, peers: r[side] }));
  if (kind === 'NetworkPolicy') {
    const one = (toward: 'source' | 'destination') => (r: Any) =>
      (r.peers?.length > 0 ? r.peers : [{}]).flatMap((p: Any) =>
        portsOf(r.ports).map((ports) => entityRule('Allow', toward, namespacedPeer(p), ports)),
      );
    const types = spec.policyTypes ?? (spec.egress?.length > 0 ? ['Ingress', 'Egress'] : ['Ingress']);
    return {
      apiVersion: 'projectcalico.org/v3',
      kind: 'NetworkPolicy',
      metadata,
      spec: {
        order: 1000,
        selector: text(spec.podSelector),
        types,
        ingress: rules(spec.ingress, 'from', one('source')),
        egress: rules(spec.egress, 'to', one('destination')),
      },
    } as KubeObject;
  }
  if (kind !== 'ClusterNetworkPolicy') return object;
  const one = (toward: 'source' | 'destination') => (r: Any) =>
    r.peers.flatMap((p: Any) =>
      protocolsOf(r.protocols).map((ports) =>
        entityRule(r.action === 'Accept' ? 'Allow' : r.action, toward, clusterPeer(p), ports),
      ),
    );
  const subject = clusterPeer(spec.subject);
  const ingress = rules(spec.ingress, 'from', one('source'));
  const egress = rules(spec.egress, 'to', one('destination'));
  const types = [...(ingress.length > 0 ? ['Ingress'] : []), ...(egress.length > 0 ? ['Egress'] : [])];
  if (types.length === 0) return { apiVersion: 'v1', kind: 'ConfigMap', metadata } as KubeObject;
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'GlobalNetworkPolicy',
    metadata,
    spec: {
      tier: spec.tier === 'Admin' ? 'kube-admin' : 'kube-baseline',
      order: spec.priority,
      ...subject,
      types,
      ingress,
      egress,
    },
  } as KubeObject;
}

function entityRule(action: string, toward: string, peer: Any, { protocol, ports }: Any): Any {
  const destination = { ...(toward === 'destination' && peer), ...(ports && { ports }) };
  return { action, ...(protocol && { protocol }), ...(toward === 'source' && { source: peer }), destination };
}

function namespacedPeer(peer: Any): Any {
  if (peer.ipBlock) return { nets: [peer.ipBlock.cidr], notNets: peer.ipBlock.except ?? [] };
  return {
    ...(peer.podSelector && { selector: text(peer.podSelector) }),
    ...(peer.namespaceSelector && { namespaceSelector: text(peer.namespaceSelector) }),
  };
}

function clusterPeer(peer: Any): Any {
  if (peer.networks) return { nets: peer.networks };
  if (peer.namespaces) return { namespaceSelector: text(peer.namespaces) };
  return { selector: text(peer.pods.podSelector), namespaceSelector: text(peer.pods.namespaceSelector) };
}

function portsOf(ports: Any[] | undefined): Any[] {
  if (ports === undefined || ports.length === 0) return [{}];
  return ports.map(({ protocol = 'TCP', port, endPort }) => ({
    protocol,
    ...(port !== undefined && { ports: [endPort === undefined ? port : `${port}:${endPort}`] }),
  }));
}

function protocolsOf(protocols: Any[] | undefined): Any[] {
  if (protocols === undefined) return [{}];
  return protocols.flatMap((p) => {
    if (p.destinationNamedPort)
      return ['TCP', 'UDP', 'SCTP'].map((protocol) => ({ protocol, ports: [p.destinationNamedPort] }));
    const [key, body] = Object.entries(p)[0] as [string, Any];
    const { number, range } = body.destinationPort;
    return [{ protocol: key.toUpperCase(), ports: [range ? `${range.start}:${range.end}` : number] }];
  });
}

function text(selector: Any): string {
  const parts = [
    ...Object.entries(selector?.matchLabels ?? {}).map(([k, v]) => `${k} == '${v}'`),
    ...(selector?.matchExpressions ?? []).map((e: Any) => {
      if (e.operator === 'Exists') return `has(${e.key})`;
      if (e.operator === 'DoesNotExist') return `!has(${e.key})`;
      const list = e.values.map((v: string) => `'${v}'`).join(', ');
      return `${e.key} ${e.operator === 'In' ? 'in' : 'not in'} { ${list} }`;
    }),
  ];
  return parts.length === 0 ? 'all()' : parts.join(' && ');
}
