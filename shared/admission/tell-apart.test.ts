import { describe, expect, it } from 'vitest';
import { parseManifests } from '../k8s/index.ts';
import { tellApart } from './tell-apart.ts';

const objectsOf = (text: string) => parseManifests(text).objects.map((o) => o.object);

const around = `---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {zone: app, pod-security.kubernetes.io/enforce: restricted}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: registry.example/web:1}]}
`;

interface Text {
  readonly expression: string;
  readonly resources?: string;
  readonly operations?: string;
  readonly more?: string;
  readonly binding?: string;
}

function policy({ expression, resources = 'pods', operations = 'CREATE', more = '', binding = '{}' }: Text): string {
  return `---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: guard}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [${operations}], resources: [${resources}]}]}
${more}  validations:
  - expression: ${JSON.stringify(expression)}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: guard}
spec: {policyName: guard, validationActions: [Deny], matchResources: ${binding}}
`;
}

const apart = (before: Text, after: Text) =>
  tellApart(objectsOf(around + policy(before)), objectsOf(around + policy(after)), 'guard');

const images = (registry: string) =>
  `object.spec.containers.all(c, c.image.startsWith('${registry}')) && !object.spec.?hostNetwork.orValue(false)`;
const noHost = '!has(object.spec.hostNetwork) || object.spec.hostNetwork == false';

describe('tellApart', () => {
  it.each<[string, Text, Text, { letsIn?: string; refuses?: string }]>([
    [
      'a registry named without its end',
      { expression: images('registry.example/') },
      { expression: images('registry.example') },
      { letsIn: 'spec.containers[].image: "registry.example"' },
    ],
    [
      'a condition that is gone',
      { expression: images('registry.example/') },
      { expression: "object.spec.containers.all(c, c.image.startsWith('registry.example/'))" },
      { letsIn: 'spec.hostNetwork: true' },
    ],
    ['anything', { expression: noHost }, { expression: 'true' }, { letsIn: 'spec.hostNetwork: true' }],
    ['a rule that is stricter', { expression: 'true' }, { expression: noHost }, { refuses: 'spec.hostNetwork: true' }],
    [
      'a back door behind an annotation',
      { expression: noHost },
      { expression: `${noHost} || object.metadata.?annotations['let-me'].orValue('') == 'in'` },
      { letsIn: 'metadata.annotations.let-me: "in"' },
    ],
    [
      'another value',
      { expression: "object.spec.?runtimeClassName.orValue('') in ['kata']" },
      { expression: "object.spec.?runtimeClassName.orValue('') in ['gvisor']" },
      { letsIn: 'spec.runtimeClassName: "gvisor"', refuses: 'spec.runtimeClassName: "kata"' },
    ],
    [
      'a pattern',
      { expression: "object.spec.containers.all(c, c.image.matches('^registry\\\\.example/'))" },
      { expression: "object.spec.containers.all(c, c.image.matches('^registry.example/'))" },
      { letsIn: 'spec.containers[].image: "registryxexample/"' },
    ],
    [
      'a limit',
      { expression: 'object.spec.containers.all(c, c.?ports[0].hostPort.orValue(0) < 1024)' },
      { expression: 'object.spec.containers.all(c, c.?ports[0].hostPort.orValue(0) < 2048)' },
      { letsIn: 'hostPort' },
    ],
    [
      'a condition of the whole policy',
      { expression: noHost },
      {
        expression: noHost,
        more: '  matchConditions: [{name: not-debug, expression: "!(\'debug\' in object.metadata.?labels.orValue({}))"}]\n',
      },
      { letsIn: 'metadata.labels.debug' },
    ],
    [
      'a variable',
      {
        expression: '!variables.host',
        more: '  variables: [{name: host, expression: "object.spec.?hostPID.orValue(false)"}]\n',
      },
      { expression: '!variables.host', more: '  variables: [{name: host, expression: "false"}]\n' },
      { letsIn: 'spec.hostPID: true' },
    ],
    [
      'a namespace that is left out',
      { expression: noHost, binding: '{namespaceSelector: {matchLabels: {zone: app}}}' },
      {
        expression: noHost,
        binding:
          '{namespaceSelector: {matchLabels: {zone: app}, matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [shop]}]}}',
      },
      { letsIn: 'in namespace shop with spec.hostNetwork: true' },
    ],
    [
      'changes, which nobody judges any more',
      {
        expression: "object.spec.?type.orValue('') == 'ClusterIP'",
        resources: 'services',
        operations: 'CREATE, UPDATE',
      },
      { expression: "object.spec.?type.orValue('') == 'ClusterIP'", resources: 'services' },
      { letsIn: 'a change of a Service' },
    ],
    [
      'somebody who may do everything',
      { expression: noHost },
      { expression: `${noHost} || request.userInfo.username == 'mallory'` },
      { letsIn: 'by mallory' },
    ],
  ])('should find a witness for %s', (_, before, after, expected) => {
    const { letsIn, refuses, cannotSay } = apart(before, after);
    expect(cannotSay).toBe(undefined);
    if (expected.letsIn === undefined) expect(letsIn).toBe(undefined);
    else expect(letsIn).toContain(expected.letsIn);
    if (expected.refuses === undefined) expect(refuses).toBe(undefined);
    else expect(refuses).toContain(expected.refuses);
  });

  it('should find none where both mean the same, and say how many it tried', () => {
    const found = apart({ expression: noHost }, { expression: '!object.spec.?hostNetwork.orValue(false)' });
    expect(found).toEqual({ tried: expect.any(Number) });
    expect(found.tried).toBeGreaterThan(10);
  });

  it('should say why it tried nothing', () => {
    const unknown = { expression: "authorizer.group('apps').resource('x').check('get').allowed()" };
    expect(apart({ expression: noHost }, unknown).cannotSay).toContain('cannot be evaluated here');
  });

  it('should say what gets in by the name of what is there', () => {
    const strict = { expression: "object.spec.containers.all(c, c.image.startsWith('other.example/'))" };
    expect(apart(strict, { expression: images('registry.example/') }).letsIn).toBe(
      'a Pod like that of Deployment shop/web in namespace shop',
    );
  });
});
