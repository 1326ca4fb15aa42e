import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../k8s/index.ts';
import { type AdmissionRequest, admissionOf } from './index.ts';

const registration = 'admissionregistration.k8s.io/v1';

function namespace(
  name: string,
  labels: Record<string, string> = {},
  annotations: Record<string, string> = {},
): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels, annotations } };
}

function policy(spec: object, binding: object | null = {}, kind = 'Validating'): KubeObject[] {
  const metadata = { name: 'p' };
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] };
  return [
    {
      apiVersion: registration,
      kind: `${kind}AdmissionPolicy`,
      metadata,
      spec: { matchConstraints: { resourceRules: [rule] }, ...spec },
    },
    ...(binding === null
      ? []
      : [
          {
            apiVersion: registration,
            kind: `${kind}AdmissionPolicyBinding`,
            metadata,
            spec: { policyName: 'p', ...(kind === 'Validating' && { validationActions: ['Deny'] }), ...binding },
          },
        ]),
  ];
}

const never = { validations: [{ expression: 'false', message: 'no' }] };

function pod(spec: object = {}, more: Partial<AdmissionRequest> = {}): AdmissionRequest {
  return {
    resource: 'pods',
    operation: 'CREATE',
    namespace: 'web',
    object: { metadata: { name: 'p' }, spec },
    ...more,
  };
}

function outcome(objects: readonly KubeObject[], request = pod()): string {
  return admissionOf([namespace('web', { zone: 'dmz' }), ...objects]).admit(request).outcome;
}

describe('validating policies', () => {
  it('should refuse with their message, and do nothing without a binding or without Deny', () => {
    const objects = [namespace('web'), ...policy(never)];
    expect(admissionOf(objects).admit(pod())).toMatchObject({ outcome: 'refused', messages: ['no'] });
    expect(outcome(policy(never, null))).toBe('admitted');
    expect(outcome(policy(never, { validationActions: ['Audit'] }))).toBe('admitted');
    expect(outcome(policy(never, { validationActions: ['Warn', 'Audit'] }))).toBe('admitted');
    expect(outcome(policy(never, { validationActions: ['Deny', 'Audit'] }))).toBe('refused');
    expect(outcome(policy(never, { policyName: 'other' }))).toBe('admitted');
  });

  it.each([
    [{ matchLabels: { zone: 'dmz' } }, 'refused'],
    [{ matchLabels: { zone: 'app' } }, 'admitted'],
    [{ matchLabels: { 'kubernetes.io/metadata.name': 'web' } }, 'refused'],
    [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['dmz', 'app'] }] }, 'refused'],
    [{ matchExpressions: [{ key: 'zone', operator: 'NotIn', values: ['dmz'] }] }, 'admitted'],
    [{ matchExpressions: [{ key: 'other', operator: 'NotIn', values: ['dmz'] }] }, 'refused'],
    [{ matchExpressions: [{ key: 'zone', operator: 'Exists' }] }, 'refused'],
    [{ matchExpressions: [{ key: 'zone', operator: 'DoesNotExist' }] }, 'admitted'],
    [{ matchExpressions: [{ key: 'constructor', operator: 'Exists' }] }, 'admitted'],
    [{}, 'refused'],
  ])('should hold for namespaces that %j picks', (namespaceSelector, expected) => {
    expect(outcome(policy(never, { matchResources: { namespaceSelector } }))).toBe(expected);
  });

  it.each([
    [{ operations: ['UPDATE'] }, 'admitted'],
    [{ operations: ['*'] }, 'refused'],
    [{ resources: ['*'] }, 'refused'],
    [{ resources: ['pods/ephemeralcontainers'] }, 'admitted'],
    [{ resources: ['pods/*'] }, 'admitted'],
    [{ resources: ['*/*'] }, 'refused'],
    [{ apiGroups: ['apps'] }, 'admitted'],
    [{ apiGroups: ['*'], apiVersions: ['*'] }, 'refused'],
    [{ resourceNames: ['q'] }, 'admitted'],
    [{ resourceNames: ['p'] }, 'refused'],
    [{ scope: 'Cluster' }, 'admitted'],
    [{ scope: 'Namespaced' }, 'refused'],
  ])('should judge only what a rule with %j names', (change, expected) => {
    const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], ...change };
    expect(outcome(policy({ ...never, matchConstraints: { resourceRules: [rule] } }))).toBe(expected);
    const all = { apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] };
    const excluded = { matchConstraints: { resourceRules: [all], excludeResourceRules: [rule] } };
    expect(outcome(policy({ ...never, ...excluded }))).toBe(expected === 'refused' ? 'admitted' : 'refused');
  });

  it('should treat an expression that fails as the failure policy says', () => {
    const fails = { validations: [{ expression: 'object.spec.nodeName == "a"', message: 'x' }] };
    expect(outcome(policy(fails))).toBe('refused');
    expect(outcome(policy({ ...fails, failurePolicy: 'Ignore' }))).toBe('admitted');
  });

  it('should pass over a policy of which a condition is false, even where another fails', () => {
    const conditions = (...expressions: string[]) => ({
      ...never,
      matchConditions: expressions.map((expression, i) => ({ name: `c${i}`, expression })),
    });
    expect(outcome(policy(conditions('true')))).toBe('refused');
    expect(outcome(policy(conditions('object.spec.gone', 'false')))).toBe('admitted');
    expect(outcome(policy(conditions('object.spec.gone == 1')))).toBe('refused');
    expect(outcome(policy({ ...conditions('object.spec.gone == 1'), failurePolicy: 'Ignore' }))).toBe('admitted');
  });

  it('should compute variables when they are read, from one another', () => {
    const variables = [
      { name: 'name', expression: 'object.spec.?nodeName.orValue("none")' },
      { name: 'isNamed', expression: 'variables.name != "none"' },
      { name: 'broken', expression: 'object.spec.gone' },
    ];
    const spec = (expression: string) => ({ variables, validations: [{ expression, message: 'x' }] });
    expect(outcome(policy(spec('!variables.isNamed')))).toBe('admitted');
    expect(outcome(policy(spec('!variables.isNamed')), pod({ nodeName: 'n' }))).toBe('refused');
    expect(outcome(policy(spec('variables.broken == 1')))).toBe('refused');
  });

  it('should know no variables in conditions, which are looked at first', () => {
    const variables = [{ name: 'no', expression: 'false' }];
    const matchConditions = [{ name: 'c', expression: 'variables.no' }];
    expect(outcome(policy({ ...never, variables, matchConditions }))).toBe('cannot-say');
  });

  it.each([
    [['pods/ephemeralcontainers'], 'refused'],
    [['pods/*'], 'refused'],
    [['*/ephemeralcontainers'], 'refused'],
    [['*/*'], 'refused'],
    [['*'], 'admitted'],
    [['pods'], 'admitted'],
  ])('should judge a subresource only where a rule names it: %j', (resources, expected) => {
    const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['*'], resources };
    const request = pod({}, { resource: 'pods/ephemeralcontainers', operation: 'UPDATE' });
    expect(outcome(policy({ ...never, matchConstraints: { resourceRules: [rule] } }), request)).toBe(expected);
    const named = { validations: [{ expression: "request.subResource != 'ephemeralcontainers'", message: 'x' }] };
    expect(outcome(policy({ ...named, matchConstraints: { resourceRules: [rule] } }), request)).toBe(expected);
  });

  it('should know who asks', () => {
    const objects = policy({
      validations: [{ expression: "request.userInfo.groups.exists(g, g in ['system:masters'])", message: 'x' }],
    });
    expect(outcome(objects)).toBe('refused');
    expect(outcome(objects, pod({}, { user: { username: 'root', groups: ['system:masters'] } }))).toBe('admitted');
  });

  it('should know numbers, names and the namespace of the object', () => {
    const holds = (expression: string) =>
      outcome(policy({ validations: [{ expression, message: 'x' }] }), pod({ priority: 7 }));
    expect(holds('object.spec.priority + 1 == 8')).toBe('admitted');
    expect(holds('namespaceObject.metadata.labels["zone"] == "dmz"')).toBe('admitted');
    expect(holds('request.namespace == "web" && request.operation == "CREATE"')).toBe('admitted');
    expect(holds('request.userInfo.username == "admin"')).toBe('refused');
    expect(holds('oldObject == null')).toBe('admitted');
  });

  it.each([
    [
      'a function that is not known',
      { validations: [{ expression: 'quantity("1") == quantity("1")', message: 'x' }] },
      {},
    ],
    ['an expression that does not parse', { validations: [{ expression: 'object.', message: 'x' }] }, {}],
    ['a result that is no boolean', { validations: [{ expression: '1', message: 'x' }] }, {}],
    [
      'a map key that the evaluator drops',
      { validations: [{ expression: "'a' in {'constructor': 1}", message: 'x' }] },
      {},
    ],
    ['parameters', { ...never, paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } }, {}],
    [
      'a selector of objects',
      never,
      {
        matchResources: {
          objectSelector: { matchLabels: {}, matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] },
        },
      },
    ],
  ])('should say that it cannot say for %s', (_, spec, binding) => {
    const verdict = admissionOf([namespace('web'), ...policy(spec, binding)]).admit(pod());
    expect(verdict.outcome).toBe('cannot-say');
    expect(verdict.reasons[0]).toContain('p');
  });

  it('should refuse what one policy refuses, whatever cannot be said of another', () => {
    const unknown = { validations: [...never.validations, { expression: 'unknown()', message: 'x' }] };
    expect(outcome(policy(unknown))).toBe('refused');
  });
});

describe('mutating policies', () => {
  const mutating = (mutation: object, more: object = {}) =>
    policy({ mutations: [mutation], reinvocationPolicy: 'IfNeeded', ...more }, {}, 'Mutating');
  const setClass = {
    patchType: 'ApplyConfiguration',
    applyConfiguration: { expression: 'Object{spec: Object.spec{runtimeClassName: "kata"}}' },
  };
  const kata: KubeObject = {
    apiVersion: 'node.k8s.io/v1',
    kind: 'RuntimeClass',
    metadata: { name: 'kata' },
    handler: 'kata',
    scheduling: { nodeSelector: { kvm: 'yes' }, tolerations: [{ key: 'kvm', operator: 'Exists' }] },
  };
  const kataTolerations = [{ key: 'kvm', operator: 'Exists' }];

  it('should set a runtime class, after which the class adds its selector and tolerations', () => {
    const { object } = admissionOf([namespace('web'), kata, ...mutating(setClass)]).admit(
      pod({ nodeSelector: { a: 'b' } }),
    );
    expect(object.spec).toEqual({
      runtimeClassName: 'kata',
      nodeSelector: { a: 'b', kvm: 'yes' },
      tolerations: [{ key: 'kvm', operator: 'Exists' }],
    });
  });

  it('should ask a policy again about what others changed after it, where it wants to be', () => {
    const one = 'Object.spec.tolerations{key: "a", operator: "Equal", value: "b"}';
    const expression = `has(object.spec.tolerations) ? [JSONPatch{op: "add", path: "/spec/tolerations/-", value: ${one}}] : [JSONPatch{op: "add", path: "/spec/tolerations", value: [${one}]}]`;
    // The selector comes with the runtime class, which a policy asked after this one sets.
    const whenPinned = (reinvocationPolicy: string) =>
      mutating(
        { patchType: 'JSONPatch', jsonPatch: { expression } },
        { reinvocationPolicy, matchConditions: [{ name: 'pinned', expression: 'has(object.spec.nodeSelector)' }] },
      ).map((o) => ({
        ...o,
        metadata: { name: 'a' },
        spec: { ...(o.spec as object), ...(o.kind.endsWith('Binding') && { policyName: 'a' }) },
      }));
    const tolerations = (reinvocationPolicy: string) =>
      admissionOf([namespace('web'), kata, ...whenPinned(reinvocationPolicy), ...mutating(setClass)]).admit(pod())
        .object.spec;
    const added = { key: 'a', operator: 'Equal', value: 'b' };
    expect(tolerations('IfNeeded')).toMatchObject({ tolerations: [...kataTolerations, added] });
    expect(tolerations('Never')).toMatchObject({ tolerations: kataTolerations });
  });

  it('should heed conditions, and say so of any other form', () => {
    const matchConditions = [{ name: 'unset', expression: '!has(object.spec.runtimeClassName)' }];
    const objects = [namespace('web'), kata, { ...kata, metadata: { name: 'runc' }, scheduling: {} }];
    const set = admissionOf([...objects, ...mutating(setClass, { matchConditions })]);
    expect(set.admit(pod({ runtimeClassName: 'runc' })).object.spec).toEqual({ runtimeClassName: 'runc' });
    const odd = {
      patchType: 'ApplyConfiguration',
      applyConfiguration: { expression: 'Object{spec: Object.spec{hostNetwork: false}}' },
    };
    const unknown = [{ name: 'unknown', expression: 'unknown()' }];
    expect(admissionOf([...objects, ...mutating(setClass, { matchConditions: unknown })]).admit(pod())).toMatchObject({
      outcome: 'cannot-say',
      reasons: [expect.stringContaining('in policy “p”')],
    });
    expect(admissionOf([...objects, ...mutating(odd)]).admit(pod())).toMatchObject({
      outcome: 'cannot-say',
      reasons: ['policy “p” changes objects in a form that is not evaluated'],
    });
  });
});

describe('the plugins of the API server', () => {
  it('should refuse a runtime class that is not there, and one whose selector contradicts the pod', () => {
    const objects: KubeObject[] = [
      {
        apiVersion: 'node.k8s.io/v1',
        kind: 'RuntimeClass',
        metadata: { name: 'r' },
        scheduling: { nodeSelector: { a: 'b' } },
      },
    ];
    expect(outcome(objects, pod({ runtimeClassName: 'r' }))).toBe('admitted');
    expect(outcome(objects, pod({ runtimeClassName: 'r', nodeSelector: { a: 'c' } }))).toBe('refused');
    expect(outcome(objects, pod({ runtimeClassName: 'gone' }))).toBe('refused');
    expect(outcome(objects, pod({ runtimeClassName: 'gone' }, { ifClassExisted: true }))).toBe('admitted');
    expect(outcome(objects, pod({ runtimeClassName: '' }, { ifClassExisted: true }))).toBe('refused');
  });

  it('should refuse an overhead that is not the one of the class', () => {
    const podFixed = { cpu: '250m' };
    const metadata = { name: 'r' };
    const objects: KubeObject[] = [
      { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata, overhead: { podFixed } },
    ];
    expect(outcome(objects, pod({ runtimeClassName: 'r' }))).toBe('admitted');
    expect(outcome(objects, pod({ runtimeClassName: 'r', overhead: podFixed }))).toBe('admitted');
    expect(outcome(objects, pod({ runtimeClassName: 'r', overhead: { cpu: '1' } }))).toBe('refused');
    expect(outcome(objects, pod({ overhead: podFixed }))).toBe('refused');
  });

  it('should pin pods by the annotations of their namespace only where the plugins are on', () => {
    const annotations = {
      'scheduler.alpha.kubernetes.io/node-selector': 'zone=dmz, disk=fast',
      'scheduler.alpha.kubernetes.io/defaultTolerations': '[{"key":"zone","operator":"Equal","value":"dmz"}]',
    };
    const objects = [namespace('web', {}, annotations)];
    const plugins = ['PodNodeSelector', 'PodTolerationRestriction'];
    expect(admissionOf(objects, { plugins }).admit(pod()).object.spec).toEqual({
      nodeSelector: { zone: 'dmz', disk: 'fast' },
      tolerations: [{ key: 'zone', operator: 'Equal', value: 'dmz' }],
    });
    expect(admissionOf(objects, { plugins }).admit(pod({ nodeSelector: { zone: 'db' } })).outcome).toBe('refused');
    expect(admissionOf(objects).admit(pod()).object.spec).toEqual({});
  });

  it('should give a claim without a class the default, but not one with an empty class', () => {
    const storageClass = (name: string): KubeObject => ({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    });
    const claim = (spec: object, metadata: object = {}): AdmissionRequest => ({
      resource: 'persistentvolumeclaims',
      operation: 'CREATE',
      namespace: 'web',
      object: { metadata: { name: 'c', ...metadata }, spec },
    });
    const one = admissionOf([namespace('web'), storageClass('a')]);
    expect(one.admit(claim({})).object.spec).toEqual({ storageClassName: 'a' });
    expect(one.admit(claim({ storageClassName: '' })).object.spec).toEqual({ storageClassName: '' });
    const annotations = { 'volume.beta.kubernetes.io/storage-class': 'b' };
    expect(one.admit(claim({}, { annotations })).object.spec).toEqual({});
    const two = admissionOf([namespace('web'), storageClass('a'), storageClass('b')]);
    expect(two.admit(claim({})).outcome).toBe('cannot-say');
  });

  it.each([
    [{ persistentvolumeclaims: '0' }, 'a', 'refused'],
    [{ 'requests.storage': '0Gi' }, undefined, 'refused'],
    [{ 'requests.storage': '10Gi' }, 'a', 'admitted'],
    [{ 'a.storageclass.storage.k8s.io/persistentvolumeclaims': '0' }, 'a', 'refused'],
    [{ 'a.storageclass.storage.k8s.io/requests.storage': 0 }, 'a', 'refused'],
    [{ 'a.storageclass.storage.k8s.io/requests.storage': '0' }, 'b', 'admitted'],
    [{ 'a.storageclass.storage.k8s.io/requests.storage': '0' }, undefined, 'admitted'],
    [{ 'count/persistentvolumeclaims': '0' }, undefined, 'refused'],
  ])('should refuse by a quota of %j a claim of class %s: %s', (hard, storageClassName, expected) => {
    const quota = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'q', namespace: 'web' },
      spec: { hard },
    };
    const request: AdmissionRequest = {
      resource: 'persistentvolumeclaims',
      operation: 'CREATE',
      namespace: 'web',
      object: { metadata: { name: 'c' }, spec: { ...(storageClassName !== undefined && { storageClassName }) } },
    };
    expect(outcome([quota], request)).toBe(expected);
    expect(outcome([{ ...quota, metadata: { name: 'q', namespace: 'other' } }], request)).toBe('admitted');
    // A quota with scopes counts only some of the claims.
    const scoped = { ...quota, spec: { hard, scopeSelector: { matchExpressions: [] } } };
    expect(outcome([scoped], request)).toBe('admitted');
  });
});

describe('classOf', () => {
  it('should be equal for namespaces that nothing tells apart, and differ where a binding, quota or annotation does', () => {
    const objects = [
      namespace('a', { zone: 'dmz', team: 'x' }),
      namespace('b', { zone: 'dmz' }),
      namespace('c', { zone: 'app' }),
      namespace('d', { zone: 'dmz' }, { note: '1' }),
      namespace('e', { zone: 'dmz' }),
      {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'q', namespace: 'e' },
        spec: { hard: { pods: '0' } },
      },
      ...policy(never, { matchResources: { namespaceSelector: { matchLabels: { zone: 'dmz' } } } }),
    ];
    const { classOf } = admissionOf(objects);
    expect(classOf('a')).toBe(classOf('b'));
    expect(new Set(['a', 'c', 'd', 'e'].map(classOf)).size).toBe(4);
  });

  it('should keep every namespace apart where an expression can read its name', () => {
    const reads = { validations: [{ expression: 'request.namespace != "a"', message: 'x' }] };
    const { classOf } = admissionOf([namespace('a'), namespace('b'), ...policy(reads)]);
    expect(classOf('a')).not.toBe(classOf('b'));
    const matchResources = { namespaceSelector: { matchLabels: { zone: 'dmz' } } };
    const bound = admissionOf([namespace('a'), namespace('b'), ...policy(reads, { matchResources })]);
    expect(bound.classOf('a')).toBe(bound.classOf('b'));
  });
});
