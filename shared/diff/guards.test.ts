import { describe, expect, it } from 'vitest';
import { parseManifests } from '../k8s/index.ts';
import { diffFacts, isolationEntries } from './isolation.ts';
import { factsOfObjects, withAbsent } from './isolation-objects.ts';

/** What a reviewer reads where manifests change from the one text to the other. */
function told(before: string, after: string): string[] {
  const [older = [], newer = []] = [before, after].map((text) =>
    factsOfObjects(
      parseManifests(`${namespace}---\n${text}`).objects.map((o) => o.object),
      { rankOfHandler: () => undefined, isolationText: String, gradeOf: () => 'high' },
    ),
  );
  return isolationEntries(diffFacts(withAbsent(older, newer), withAbsent(newer, older)), () => []).map(
    (entry) => `${entry.class} ${entry.severity}: ${entry.message}`,
  );
}

const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n';

/** The same text with one part of it written otherwise. */
function edited(text: string, from: string, to: string): string {
  expect(text).toContain(from);
  return text.replace(from, to);
}

describe('Kyverno', () => {
  const policy = `apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: pods}
spec:
  validationFailureAction: Enforce
  rules:
  - name: no-host-network
    match: {any: [{resources: {kinds: [Pod, Deployment]}}]}
    exclude: {any: [{resources: {namespaces: [kube-system]}}]}
    validate: {message: no, pattern: {spec: {"=(hostNetwork)": "false"}}}
`;
  const title = 'ClusterPolicy pods, rule no-host-network';

  it('should be told of a rule that is gone, that only reports, or that Kyverno no longer has to answer for', () => {
    expect(told(policy, '')).toEqual([`weakens high: ${title}: it is not there. Before: it refuses.`]);
    expect(told('', policy)).toEqual([`strengthens low: ${title}: it refuses. Before: it is not there.`]);
    const reports = [`weakens high: ${title}: it only reports. Before: it refuses.`];
    expect(told(policy, edited(policy, 'Enforce', 'Audit'))).toEqual(reports);
    expect(told(policy, edited(policy, '  validationFailureAction: Enforce\n', ''))).toEqual(reports);
    expect(told(policy, edited(policy, 'validate: {', 'validate: {failureAction: Audit, '))).toEqual(reports);
    expect(told(policy, edited(policy, '  rules:', '  failurePolicy: Ignore\n  rules:'))).toEqual([
      `weakens high: ${title}: it lets through what it cannot judge. Before: it refuses.`,
    ]);
  });

  it('should be told of whom a rule leaves out, and of what it does not judge', () => {
    expect(told(policy, edited(policy, '[kube-system]', '[kube-system, shop]'))).toEqual([
      `weakens high: ${title}: it leaves out any kind in namespace shop. Before: it does not leave out any kind in namespace shop.`,
    ]);
    expect(told(policy, edited(policy, '[Pod, Deployment]', '[Deployment]'))).toEqual([
      `weakens high: ${title}: it does not judge Pod. Before: it judges Pod.`,
    ]);
    const audited = edited(
      policy,
      '  rules:',
      '  validationFailureActionOverrides: [{action: audit, namespaces: [shop]}]\n  rules:',
    );
    expect(told(policy, audited)[0]).toContain('weakens high');
    const byLabel = edited(audited, 'namespaces: [shop]', 'namespaceSelector: {matchLabels: {tier: test}}');
    expect(told(policy, byLabel)[0]).toContain(
      'it leaves out namespaces with {"matchLabels":{"tier":"test"}}, of which it only reports',
    );
    expect(told(policy, edited(audited, 'action: audit', 'action: enforce'))).toEqual([]);
  });

  it('should be told of a rule of which one check of several only reports', () => {
    const images = edited(
      policy,
      'validate: {message: no, pattern: {spec: {"=(hostNetwork)": "false"}}}',
      'verifyImages: [{imageReferences: [a/*]}, {imageReferences: [b/*], failureAction: Enforce}]',
    );
    expect(told(images, edited(images, 'failureAction: Enforce', 'failureAction: Audit'))).toEqual([
      `weakens high: ${title}: it only reports. Before: it refuses.`,
    ]);
  });

  it('should be told of an exception, and that a pattern has to be read', () => {
    const exception = `---
apiVersion: kyverno.io/v2
kind: PolicyException
metadata: {name: debug, namespace: shop}
spec: {exceptions: [{policyName: pods, ruleNames: [no-host-network]}], match: {any: [{resources: {kinds: [Pod]}}]}}
`;
    expect(told(policy, policy + exception)).toEqual([
      'weakens high: PolicyException shop/debug: it exempts from rule no-host-network of pods. Before: it does not.',
    ]);
    expect(told(policy, edited(policy, '"false"', '"*"'))).toEqual([
      `weakens medium: ${title}: it refuses, but not as before. Whether it keeps out as much has to be read in its text.`,
    ]);
    expect(
      told(
        policy,
        edited(
          policy,
          'message: no, pattern: {spec: {"=(hostNetwork)": "false"}}',
          'pattern: {spec: {"=(hostNetwork)": "false"}}, message: no',
        ),
      ),
    ).toEqual([]);
  });

  it('should be told of policies in CEL', () => {
    const cel = `apiVersion: policies.kyverno.io/v1
kind: ValidatingPolicy
metadata: {name: pods}
spec:
  validationActions: [Deny]
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}
  validations: [{expression: "!has(object.spec.hostNetwork)"}]
`;
    expect(told(cel, edited(cel, '[Deny]', '[Audit]'))).toEqual([
      'weakens high: ValidatingPolicy pods: it only reports. Before: it refuses.',
    ]);
    expect(told(edited(cel, '[CREATE]', '[CREATE, UPDATE]'), cel)).toEqual([
      'weakens high: ValidatingPolicy pods: it does not judge UPDATE of pods. Before: it judges UPDATE of pods.',
    ]);
    for (const [field, what] of [
      ['namespaceSelector', 'namespaces'],
      ['objectSelector', 'objects'],
    ] as const) {
      const selector = `{${field}: {matchExpressions: [{key: dev, operator: DoesNotExist}]}, resourceRules:`;
      expect(told(cel, edited(cel, '{resourceRules:', selector))).toEqual([
        `weakens high: ValidatingPolicy pods: it leaves out ${what} with label dev. Before: it does not leave out ${what} with label dev.`,
      ]);
    }
  });
});

describe('Gatekeeper', () => {
  const constraint = `apiVersion: constraints.gatekeeper.sh/v1beta1
kind: K8sNoHostNetwork
metadata: {name: no-host-network}
spec:
  match:
    kinds: [{apiGroups: [""], kinds: [Pod, Service]}]
    excludedNamespaces: [kube-system]
  parameters: {allowed: [a]}
`;
  const title = 'K8sNoHostNetwork no-host-network';

  it('should be told of a constraint that is gone or does not refuse', () => {
    expect(told(constraint, '')).toEqual([`weakens high: ${title}: it is not there. Before: it refuses.`]);
    for (const [action, state] of [
      ['dryrun', 'it only reports'],
      ['warn', 'it only warns'],
    ] as const)
      expect(told(constraint, edited(constraint, 'spec:', `spec:\n  enforcementAction: ${action}`))).toEqual([
        `weakens high: ${title}: ${state}. Before: it refuses.`,
      ]);
    expect(told(constraint, edited(constraint, 'spec:', 'spec:\n  enforcementAction: deny'))).toEqual([]);
    const scoped = (action: string) =>
      edited(
        constraint,
        'spec:',
        `spec:\n  enforcementAction: scoped\n  scopedEnforcementActions: [{action: ${action}, enforcementPoints: [{name: "*"}]}]`,
      );
    expect(told(scoped('deny'), scoped('warn'))[0]).toBe(`weakens high: ${title}: it only warns. Before: it refuses.`);
  });

  it('should be told of whom it leaves out, what it does not judge, and other parameters', () => {
    expect(told(constraint, edited(constraint, '[kube-system]', '[kube-system, shop]'))).toEqual([
      `weakens high: ${title}: it leaves out namespace shop. Before: it does not leave out namespace shop.`,
    ]);
    expect(told(constraint, edited(constraint, 'Pod, Service', 'Service'))).toEqual([
      `weakens high: ${title}: it does not judge kinds Pod. Before: it judges kinds Pod.`,
    ]);
    const narrowed = edited(
      constraint,
      '    excludedNamespaces: [kube-system]',
      '    namespaces: [a]\n    excludedNamespaces: [kube-system]',
    );
    expect(told(constraint, narrowed)).toEqual([
      `weakens high: ${title}: it judges only the namespaces that it names. Before: it judges all namespaces.`,
    ]);
    const matching = (line: string) => edited(constraint, '    kinds:', `    ${line}\n    kinds:`);
    expect(told(constraint, matching('scope: "*"'))).toEqual([]);
    expect(told(constraint, matching('scope: Cluster'))[0]).toContain('it judges only the scope that it names');
    expect(
      told(constraint, matching('namespaceSelector: {matchExpressions: [{key: dev, operator: DoesNotExist}]}'))[0],
    ).toContain('it leaves out namespaces with label dev');
    expect(
      told(constraint, matching('labelSelector: {matchExpressions: [{key: dev, operator: DoesNotExist}]}'))[0],
    ).toContain('it leaves out objects with label dev');
    expect(told(constraint, edited(constraint, 'allowed: [a]', 'allowed: [a, b]'))[0]).toContain('not as before');
  });

  it('should be told of templates, exemptions of the whole cluster, and namespaces that exempt themselves', () => {
    const template = `apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: k8snohostnetwork}
spec: {crd: {spec: {names: {kind: K8sNoHostNetwork}}}, targets: [{target: admission.k8s.gatekeeper.sh, rego: "package a"}]}
`;
    expect(told(template, '')[0]).toContain('it is not there, so its constraints judge nothing');
    expect(told(template, edited(template, 'package a', 'package b'))[0]).toContain('not as before');
    const config = `apiVersion: config.gatekeeper.sh/v1alpha1
kind: Config
metadata: {name: config, namespace: gatekeeper-system}
spec: {match: [{excludedNamespaces: [shop], processes: ["*"]}]}
`;
    expect(told('', config)[0]).toContain(
      'weakens high: Config gatekeeper-system/config: it leaves out namespace shop',
    );
    const own =
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: x, labels: {admission.gatekeeper.sh/ignore: "yes"}}\n';
    expect(told('', own)[0]).toContain(
      'weakens high: Namespace x: its label keeps Gatekeeper from judging anything in it',
    );
  });
});

describe('webhooks of admission', () => {
  const webhooks = `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard}
webhooks:
- name: pods.guard.example
  clientConfig: {service: {namespace: guard, name: guard}, caBundle: QQ==}
  failurePolicy: Fail
  rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [pods]}]
  namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [kube-system]}]}
`;
  const title = 'ValidatingWebhookConfiguration guard, webhook pods.guard.example';

  it('should be told of one that is gone, ignored, or asked about less', () => {
    const fails = 'nothing is admitted without its answer';
    expect(told(webhooks, '')).toEqual([`weakens high: ${title}: it is not there. Before: ${fails}.`]);
    expect(told(webhooks, edited(webhooks, 'Fail', 'Ignore'))).toEqual([
      `weakens high: ${title}: it lets through what it does not answer. Before: ${fails}.`,
    ]);
    expect(told(webhooks, edited(webhooks, 'CREATE, UPDATE', 'UPDATE'))).toEqual([
      `weakens high: ${title}: it does not judge CREATE of pods. Before: it judges CREATE of pods.`,
    ]);
    expect(told(webhooks, edited(webhooks, '[kube-system]', '[kube-system, shop]'))[0]).toContain(
      'it leaves out namespaces with label kubernetes.io/metadata.name: shop',
    );
    expect(
      told(webhooks, edited(webhooks, '  rules', '  objectSelector: {matchLabels: {guarded: "yes"}}\n  rules'))[0],
    ).toContain('it judges only the objects of some values of label guarded');
    expect(told(webhooks, edited(webhooks, 'name: guard}, ca', 'name: other}, ca'))[0]).toContain('not as before');
    // A certificate that was renewed says nothing.
    expect(told(webhooks, edited(webhooks, 'QQ==', 'Qg=='))).toEqual([]);
  });
});

describe('Pod Security', () => {
  const labelled = (labels: string) => `apiVersion: v1\nkind: Namespace\nmetadata: {name: pay, labels: {${labels}}}\n`;
  const inside = '---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, namespace: pay}\n';

  it('should be told of labels that went or name an older version, and of a namespace that nobody labels', () => {
    const enforce = 'pod-security.kubernetes.io/enforce: restricted';
    const strict = labelled(enforce);
    expect(told(strict, labelled('a: b'))).toEqual([
      'weakens high: Namespace pay: Pod Security enforces privileged. Before: Pod Security enforces restricted.',
    ]);
    expect(told(strict, labelled(`${enforce}, pod-security.kubernetes.io/enforce-version: v1.24`))[0]).toContain(
      'not as before',
    );
    expect(told(strict + inside, inside)).toEqual([
      'weakens high: Namespace pay: nothing says what Pod Security enforces. Before: Pod Security enforces restricted.',
    ]);
  });
});

describe('what a cluster shows to the outside', () => {
  const service = (spec: string) =>
    `apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: shop}\nspec: {selector: {app: web}, ${spec}}\n`;
  const balancer = 'type: LoadBalancer, externalTrafficPolicy: Local';

  it('should be told of addresses, clients and pods of a Service', () => {
    expect(told(service('type: ClusterIP'), service('externalIPs: [192.0.2.1]'))).toEqual([
      'opens high: Service shop/s: it takes what is sent to 192.0.2.1. Before: it does not.',
    ]);
    const named = service(`${balancer}, loadBalancerSourceRanges: [192.0.2.0/24]`);
    expect(told(named, edited(named, '[192.0.2.0/24]', '[192.0.2.0/24, 10.0.0.0/8]'))).toEqual([
      'opens high: Service shop/s: its load balancer takes clients of 10.0.0.0/8. Before: it does not.',
    ]);
    expect(told(named, edited(named, '[192.0.2.0/24]', '[0.0.0.0/0]'))).toEqual([
      'weakens high: Service shop/s: its load balancer takes any client. Before: its load balancer takes clients of named ranges only.',
    ]);
    expect(told(named, edited(named, 'app: web', 'app: db'))[0]).toContain('Which pods it leads to has to be read');
    expect(told(service('type: ClusterIP'), edited(service('type: ClusterIP'), 'app: web', 'app: db'))).toEqual([]);
  });

  it.each([
    ['Ingress', 'rules: [{http: {paths: [{path: /, backend: {service: {name: db, port: {number: 1}}}}]}}]', 'shop/db'],
    ['Ingress', 'defaultBackend: {service: {name: db, port: {number: 1}}}', 'shop/db'],
    ['HTTPRoute', 'rules: [{backendRefs: [{name: db, namespace: vault, port: 1}]}]', 'vault/db'],
    ['Route', 'to: {kind: Service, name: db}', 'shop/db'],
  ])('should be told of what leads there: %s, %s', (kind, spec, name) => {
    const text = `apiVersion: x/v1\nkind: ${kind}\nmetadata: {name: i, namespace: shop}\nspec: {${spec}}\n`;
    expect(told('', text)).toEqual([
      `opens high: ${kind} shop/i: it leads traffic to Service ${name}. Before: it does not.`,
    ]);
  });
});

describe('policies of the whole cluster', () => {
  const policy = `apiVersion: policy.networking.k8s.io/v1beta1
kind: ClusterNetworkPolicy
metadata: {name: rail}
spec:
  tier: Admin
  priority: 1
  subject: {namespaces: {matchLabels: {zone: card}}}
  ingress:
  - {name: own, action: Pass, from: [{namespaces: {matchLabels: {zone: card}}}]}
  - {name: others, action: Deny, from: [{namespaces: {}}]}
`;
  const title = 'ClusterNetworkPolicy rail';

  it('should be told that they deny less, or that whom they are about has to be read', () => {
    expect(told(policy, edited(policy, 'action: Deny', 'action: Pass'))[0]).toContain(
      `weakens high: ${title}: it is not there`,
    );
    for (const [from, to] of [
      ['{zone: card}}}\n  ingress', '{zone: none}}}\n  ingress'],
      ['priority: 1', 'priority: 9'],
      [
        'name: own, action: Pass, from: [{namespaces: {matchLabels: {zone: card}}}]',
        'name: own, action: Pass, from: [{namespaces: {}}]',
      ],
      [
        '{name: others, action: Deny, from: [{namespaces: {}}]}',
        '{name: others, action: Deny, from: [{namespaces: {matchLabels: {a: b}}}]}',
      ],
    ] as const)
      expect(told(policy, edited(policy, from, to))).toEqual([
        `weakens medium: ${title}: it denies 1 peer for good, but not as before. Whether it keeps out as much has to be read in its text.`,
      ]);
    expect(
      told(policy, `${policy}  - {name: too, action: Deny, from: [{namespaces: {matchLabels: {a: b}}}]}\n`),
    ).toEqual([`strengthens low: ${title}: it denies 2 peers for good. Before: it denies 1 peer for good.`]);
  });
});

describe('nodes and storage', () => {
  const all = (labels: string, taints: string, selector: string, parameters: string) => `apiVersion: v1
kind: Node
metadata: {name: node-1, labels: {${labels}}}
spec: {taints: [${taints}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: pay, annotations: {${selector}}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: c}
provisioner: nfs.csi.k8s.io
parameters: {${parameters}}
`;
  const zone = 'node-restriction.kubernetes.io/zone: card';
  const taint = '{key: zone, value: card, effect: NoSchedule}';
  const selector = 'scheduler.alpha.kubernetes.io/node-selector: zone=card';
  const before = all(zone, taint, selector, 'server: a');

  it('should be told of what keeps them apart no more', () => {
    const check = (after: string, words: string) => {
      const found = told(before, after);
      expect(found).toHaveLength(1);
      expect(found[0]).toContain(words);
    };
    check(
      all('node-restriction.kubernetes.io/zone: app', taint, selector, 'server: a'),
      'weakens medium: Node node-1: it is labelled',
    );
    check(all(zone, '', selector, 'server: a'), 'weakens high: Node node-1: it has no taint zone=card:NoSchedule');
    check(
      all(zone, taint, '', 'server: a'),
      'weakens high: Namespace pay: its pods may run on any node. Before: its pods run on nodes with zone=card',
    );
    check(
      all(zone, taint, selector, 'server: b'),
      'weakens medium: StorageClass c: it keeps volumes with nfs.csi.k8s.io, but not as before.',
    );
    expect(
      told(
        before,
        all(
          `${zone}, a: b`,
          `${taint}, {key: node.kubernetes.io/not-ready, effect: NoExecute}`,
          selector,
          'server: a, csi.storage.k8s.io/fstype: ext4',
        ),
      ),
    ).toEqual([]);
    const volume = 'apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: v}\nspec: {hostPath: {path: /etc}}\n';
    expect(told('', volume)).toEqual([
      'weakens high: PersistentVolume v: it is the path /etc of a node. Before: it is not.',
    ]);
  });
});
