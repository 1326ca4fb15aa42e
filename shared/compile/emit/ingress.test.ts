import { describe, expect, it } from 'vitest';
import { type KubeObject, parseManifests } from '../../k8s/index.ts';
import type { Topology } from '../../model/index.ts';
import { design, readCase } from '../../testing/cluster-ir.ts';
import { compile } from '../index.ts';

interface Ingress extends KubeObject {
  readonly spec: {
    readonly ingressClassName: string;
    readonly tls?: ReadonlyArray<{ readonly hosts?: readonly string[]; readonly secretName: string }>;
    readonly rules: ReadonlyArray<{
      readonly host?: string;
      readonly http: {
        readonly paths: ReadonlyArray<{
          readonly backend: { readonly service: { readonly name: string; readonly port: { readonly number: number } } };
        }>;
      };
    }>;
  };
}

const topology = readCase('through-an-ingress');

function exported(of: Topology) {
  const bundle = compile(of);
  const objects = bundle.files
    .filter((f) => f.cluster === 'prod' && !/\/(cluster|nodes|inventory)\//.test(f.path) && f.path.endsWith('.yaml'))
    .flatMap((f) => parseManifests(f.text).objects.map((o) => o.object));
  return {
    bundle,
    named: (kind: string) => objects.filter((o) => o.kind === kind),
    notes: bundle.files.find((f) => f.path === 'prod/APPLY.md')?.text ?? '',
  };
}

/** The case with other controllers of the two zones that are entered. */
function withControllers(dmz: object | undefined, partners: object | undefined): Topology {
  const { zones = {}, ...rest } = topology;
  const put = (id: string, controllers: object | undefined) => ({ ...zones[id], controllers });
  return design({ ...rest, zones: { ...zones, dmz: put('dmz', dmz), partners: put('partners', partners) } });
}

describe('ingresses', () => {
  const { named, bundle, notes } = exported(topology);
  const all = named('Ingress') as Ingress[];

  it('should lead from the class of the proxy’s zone to the Service beside them', () => {
    const seen = all.map(({ metadata, spec }) => [
      metadata.namespace,
      spec.ingressClassName,
      spec.rules.flatMap((r) => r.http.paths.map((p) => p.backend.service)),
    ]);
    expect(seen).toEqual([
      ['orders', 'zone-dmz', [{ name: 'api', port: { number: 80 } }]],
      ['orders', 'zone-dmz', [{ name: 'shop', port: { number: 3000 } }]],
      ['orders', 'zone-partners', [{ name: 'api', port: { number: 80 } }]],
    ]);
  });

  it('should tell several receivers apart by hosts that nobody has, and let one answer for every host', () => {
    const hosts = all.map(({ spec }) => spec.rules.map((r) => r.host));
    expect(hosts).toEqual([['replace-me-api.invalid'], ['replace-me-shop.invalid'], [undefined]]);
    // Only what is dialled on 443 has a certificate.
    expect(all.map(({ spec }) => spec.tls?.map((t) => t.hosts))).toEqual([
      [['replace-me-api.invalid']],
      [['replace-me-shop.invalid']],
      undefined,
    ]);
    const placeholders = bundle.problems.filter(
      (p) => p.rule === 'compile/placeholder' && p.subject?.kind === 'workload',
    );
    expect(placeholders.map((p) => p.subject?.id)).toEqual(['nginx']);
  });

  it('should say which port no Ingress can lead on', () => {
    const [problem, ...others] = bundle.problems.filter((p) => p.rule === 'compile/ingress-port');
    expect(problem?.message).toContain('TCP port 5432');
    expect(others).toEqual([]);
    expect(JSON.stringify(all)).not.toContain('5432');
  });

  it('should be left where they are when everything is taken back, and be pruned with kinds that the cluster has', () => {
    expect(notes).toContain('--prune-allowlist=networking.k8s.io/v1/Ingress ');
    expect(notes).not.toContain('--prune-allowlist=gateway.networking.k8s.io');
    const [, back = ''] = notes.split('## Take everything back');
    const deletes = back.split('\n').filter((line) => line.startsWith('kubectl delete '));
    expect(deletes).toHaveLength(2);
    expect(deletes.join()).not.toMatch(/ingress(class)?\.networking/);
  });
});

describe('classes of gateways and ingresses', () => {
  it('should be made where the design names the controller, never as the default, and asked for elsewhere', () => {
    const { named, notes } = exported(topology);
    expect(named('IngressClass').map((c) => [c.metadata.name, c.metadata.annotations, c.spec])).toEqual([
      ['zone-dmz', undefined, { controller: 'haproxy.org/ingress-controller/dmz' }],
    ]);
    expect(notes).toContain('“haproxy.org/ingress-controller/dmz” serves the IngressClass zone-dmz and no other class');
    expect(notes).toContain('serves the IngressClass zone-partners, which you make,');
    const gateway = readCase('through-a-gateway');
    const { zones = {} } = gateway;
    const controllers = { gateway: 'gateway.envoyproxy.io/dmz' };
    const { named: inGateway } = exported(
      design({ ...gateway, zones: { ...zones, dmz: { ...zones.dmz, controllers } } }),
    );
    expect(inGateway('GatewayClass').map((c) => [c.metadata.name, c.spec])).toEqual([
      ['zone-dmz', { controllerName: 'gateway.envoyproxy.io/dmz' }],
    ]);
  });

  it('should say where their proxies run', () => {
    const { notes } = exported(topology);
    expect(notes).toContain(
      'its proxies run in edge (app=nginx), on nodes with node-restriction.kubernetes.io/zone=dmz.',
    );
  });

  it('should not be served by one controller for two zones without a warning', () => {
    const one = { ingress: 'example.com/all' };
    const rulesOf = (of: Topology) =>
      exported(of)
        .bundle.problems.filter((p) => p.rule === 'compile/controller-of-two-zones')
        .map((p) => p.subject?.id);
    expect(rulesOf(withControllers(one, one))).toEqual(['partners']);
    expect(rulesOf(withControllers(one, { ingress: 'example.com/other' }))).toEqual([]);
    expect(rulesOf(withControllers(undefined, undefined))).toEqual([]);
  });

  it('should not be the routers of OpenShift, which run for all zones in a namespace of the platform', () => {
    const own = { ingress: 'openshift.io/ingress-to-route' };
    const found = exported(withControllers(own, own)).bundle.problems.filter((p) => p.rule.startsWith('compile/contr'));
    expect(found.map((p) => [p.rule, p.subject?.id])).toEqual([
      ['compile/controller-of-the-platform', 'dmz'],
      ['compile/controller-of-the-platform', 'partners'],
    ]);
  });

  it.each(['haproxy', 'Upper.example/x', 'example.com/', '/x'])(
    'should refuse the controller %s, as the API server does',
    (name) => {
      expect(() => withControllers({ ingress: name }, undefined)).toThrow(/domain/);
    },
  );
});
