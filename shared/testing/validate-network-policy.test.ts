import { describe, expect, it } from 'vitest';
import { validateNetworkPolicy } from './validate-network-policy.ts';

function check(spec: unknown, expected: string[], metadata: unknown = { name: 'f-in', namespace: 'web' }) {
  expect(validateNetworkPolicy({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec })).toEqual(
    expected,
  );
}
const port = (value: unknown) => ({ ingress: [{ ports: [value] }] });
const peer = (value: unknown) => ({ egress: [{ to: [value] }] });
const ipBlock = (cidr: string, ...except: string[]) => peer({ ipBlock: { cidr, except } });

describe('validateNetworkPolicy', () => {
  it('should take what the API server takes', () => {
    check({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] }, []);
    check(port({ protocol: 'SCTP', port: 9000, endPort: 9000 }), []);
    check(port({}), []);
    check(ipBlock('0.0.0.0/0', '10.0.0.0/8', '169.254.169.254/32'), []);
    check(
      peer({
        namespaceSelector: {
          matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['a'] }],
        },
        podSelector: {},
      }),
      [],
    );
  });

  it('should refuse ports that do not exist', () => {
    check(port({ port: 0 }), ['spec.ingress[0].ports[0].port: must be 1 to 65535']);
    check(port({ port: 'Https' }), ['spec.ingress[0].ports[0].port: “Https” is no port name']);
    check(port({ port: 'https', endPort: 9 }), ['spec.ingress[0].ports[0].endPort: needs a port number']);
    check(port({ endPort: 9 }), ['spec.ingress[0].ports[0].endPort: needs a port number']);
    check(port({ port: 10, endPort: 9 }), ['spec.ingress[0].ports[0].endPort: must not be below the port']);
    check(port({ protocol: 'ICMP' }), ['spec.ingress[0].ports[0].protocol: must be TCP, UDP or SCTP']);
  });

  it('should refuse peers that say nothing or two things', () => {
    check(peer({}), ['spec.egress[0].to[0]: must name a peer']);
    check(peer({ podSelector: null }), ['spec.egress[0].to[0]: must name a peer']);
    check(peer({ podSelector: {}, ipBlock: { cidr: '10.0.0.0/8' } }), [
      'spec.egress[0].to[0]: ipBlock may not stand beside a selector',
    ]);
  });

  it('should refuse ranges that are not canonical and exceptions that do not lie inside', () => {
    check(ipBlock('10.1.2.3/16'), ['spec.egress[0].to[0].ipBlock.cidr: must be canonical, without host bits']);
    check(ipBlock('10.0.0.0/8', '11.0.0.0/16'), [
      'spec.egress[0].to[0].ipBlock.except[0]: must lie inside 10.0.0.0/8 and be smaller',
    ]);
    check(ipBlock('10.0.0.0/8', '10.0.0.0/8'), [
      'spec.egress[0].to[0].ipBlock.except[0]: must lie inside 10.0.0.0/8 and be smaller',
    ]);
    check(ipBlock('0.0.0.0/0', '::/1'), [
      'spec.egress[0].to[0].ipBlock.except[0]: must lie inside 0.0.0.0/0 and be smaller',
    ]);
  });

  it('should refuse unknown directions, broken selectors and broken names', () => {
    check({ policyTypes: ['Both'] }, ['spec.policyTypes: “Both” is neither Ingress nor Egress']);
    check({ podSelector: { matchLabels: { 'a b': 'c' } } }, ['spec.podSelector.matchLabels: “a b” is no label key']);
    check({ podSelector: { matchExpressions: [{ key: 'a', operator: 'In', values: [] }] } }, [
      'spec.podSelector.matchExpressions[0].values: must not be empty',
    ]);
    check({}, ['metadata.name: must be a DNS-1123 subdomain', 'metadata.namespace: must be a DNS-1123 label'], {
      name: 'A',
      namespace: 'a.b',
    });
  });
});
