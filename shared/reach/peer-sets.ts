/**
 * Subjects and peers of policies as sets of things: pods, and pieces of the address space. Equal peers share one set.
 */
import { BitSet } from '../lib/bit-set.ts';
import { contains, looseCidr, parseAddress } from '../lib/ip.ts';
import { memoBy, memoByName, memoWeak, once } from '../lib/memo.ts';
import { type AddressPiece, piecesOf } from './address-space.ts';
import type { ClusterObjects } from './cluster.ts';
import { type EvaluateOptions, isHidden } from './options.ts';
import { clusterLabel, type IpPeer, type Known, type Peer, type Peers, type PodPeer, type Policy } from './policy.ts';
import { isEverything, LabelIndex, type LabelSelector, type Selector, selectorKey } from './selector.ts';

/** A peer with nothing inside it. */
export type PlainPeer = Exclude<Peer, { readonly within: unknown }>;

/** Every peer that a rule of the policies names, those inside others and those that narrow a subject among them. */
export function peersIn(policies: readonly Policy[]): readonly PlainPeer[] {
  const found: PlainPeer[] = [];
  const look = (peers: Peers) => {
    if (peers === 'everyone') return;
    for (const peer of peers) {
      if ('within' in peer) for (const list of [...peer.within, peer.except]) look(list);
      else found.push(peer);
    }
  };
  for (const { ingress, egress } of policies) {
    for (const rules of [ingress, egress]) {
      for (const rule of rules ?? []) {
        look(rule.peers);
        if (rule.subject !== undefined) look(rule.subject);
      }
    }
  }
  return found;
}

/** Equal for peers that mean the same. */
const keyOfPeer = memoWeak((peer: PodPeer) => {
  const { namespaces, pods, clusters, serviceAccounts, ownNamespace = '' } = peer;
  const keys = [namespaces, pods, clusters, serviceAccounts].map((s) => (s === undefined ? '-' : selectorKey(s)));
  return `${ownNamespace}\u0000${keys.join('\u0000')}`;
});

/** The sets of things that peers stand for. Do not change them. */
export function peerResolver(
  cluster: ClusterObjects,
  pieces: readonly AddressPiece[],
  size: number,
  options: EvaluateOptions,
) {
  const { pods, namespaces } = cluster;
  const { mesh, known } = options;
  const byOption = options.ipBlockMatchesPods === true;
  const namespaceIndex = new LabelIndex(namespaces.length);
  namespaces.forEach((namespace, i) => {
    namespaceIndex.add(i, namespace.labels);
  });
  const podIndex = new LabelIndex(size);
  const inCluster = (name: string, of: string | undefined) => `${of ?? ''}/${name}`;
  const podsOfNamespace = new Map<string, BitSet>(
    namespaces.map((n) => [inCluster(n.name, n.cluster), new BitSet(size)]),
  );
  const hidden = new BitSet(size);
  const seen = new BitSet(size);
  pods.forEach((pod, i) => {
    if (isHidden(pod, options)) {
      hidden.add(i);
      return;
    }
    if (pod.cluster === undefined) seen.add(i);
    podIndex.add(i, pod.labels);
    podsOfNamespace.get(inCluster(pod.namespace, pod.cluster))?.add(i);
  });
  const calico = once(() => calicoIndexes(cluster, size, hidden));
  const clusters = [undefined, ...(mesh?.others ?? []).map((other) => other.cluster)];
  const clusterIndex = new LabelIndex(clusters.length);
  clusters.forEach((name, i) => {
    const own = name ?? mesh?.cluster;
    clusterIndex.add(i, own === undefined ? {} : { [clusterLabel]: own });
  });
  const ownCluster: ReadonlySet<string | undefined> = new Set([undefined]);
  const clustersOf = (selector: LabelSelector | undefined, isSubject: boolean): ReadonlySet<string | undefined> => {
    if (selector !== undefined)
      return new Set(
        clusterIndex
          .select(selector)
          .toArray()
          .map((i) => clusters[i]),
      );
    return mesh?.selectsAll === true && !isSubject ? new Set(clusters) : ownCluster;
  };
  const everyone = BitSet.full(size);
  interface Scope {
    readonly namespaces: Selector;
    readonly clusters: ReadonlySet<string | undefined>;
  }
  const inNamespaces = memoBy(
    (scope: Scope) =>
      `${selectorKey(scope.namespaces)}\u0000${JSON.stringify([...scope.clusters].map((c) => c ?? null))}`,
    (scope: Scope) => {
      const found = new BitSet(size);
      ('op' in scope.namespaces ? calico().namespaces : namespaceIndex).select(scope.namespaces).forEach((i) => {
        const namespace = namespaces[i];
        if (namespace === undefined || !scope.clusters.has(namespace.cluster)) return;
        const own = podsOfNamespace.get(inCluster(namespace.name, namespace.cluster));
        if (own !== undefined) found.addAll(own);
      });
      return found;
    },
  );
  const emptySet = new BitSet(size);
  const ownScope = (name: string, meant: ReadonlySet<string | undefined>): BitSet => {
    const [only, ...more] = [...meant].flatMap((of) => podsOfNamespace.get(inCluster(name, of)) ?? []);
    return more.reduce(
      (sum, set) => sum.addAll(set),
      more.length > 0 ? (only ?? emptySet).clone() : (only ?? emptySet),
    );
  };
  const podsOfPeer = (isSubject: boolean) =>
    memoBy(keyOfPeer, (peer: PodPeer) => {
      const meant = clustersOf(peer.clusters, isSubject);
      const scope =
        peer.namespaces !== undefined
          ? inNamespaces({ namespaces: peer.namespaces, clusters: meant })
          : peer.ownNamespace === undefined
            ? seen
            : ownScope(peer.ownNamespace, meant);
      const narrowed: BitSet[] = [];
      if (peer.pods !== undefined && !isEverything(peer.pods))
        narrowed.push(('op' in peer.pods ? calico().pods : podIndex).select(peer.pods));
      if (peer.serviceAccounts !== undefined) narrowed.push(calico().accounts.select(peer.serviceAccounts));
      return narrowed.length === 0 ? scope : narrowed.reduce((kept, set) => kept.keepAll(set), scope.clone());
    });
  // A rule for everyone has no pod selector, so it lets host-network pods in as well: `everyone` holds them.
  const podPeer = podsOfPeer(false);
  const subject = mesh?.selectsAll === true ? podsOfPeer(true) : podPeer;
  const markRange = (cidr: string, set: BitSet) => {
    const { first, past } = piecesOf(pieces, cidr);
    for (let i = first; i < past; i += 1) set.add(pods.length + i);
  };
  const nodes = new BitSet(size);
  for (const cidr of known?.nodes ?? []) markRange(cidr, nodes);
  const knownPeer = memoByName((what: Known) => {
    const found = what === 'nodes' ? nodes.clone().addAll(hidden) : new BitSet(size);
    if (what === 'api-server') for (const cidr of known?.['api-server'] ?? []) markRange(cidr, found);
    return found;
  });
  const addressed = once(() =>
    pods.flatMap((pod, i) => (pod.addresses.length > 0 && !isHidden(pod, options) ? [i] : [])),
  );
  const unaddressed = once(() => {
    const found = new BitSet(size);
    pods.forEach((pod, i) => {
      if (pod.addresses.length === 0 && !isHidden(pod, options)) found.add(i);
    });
    return found;
  });
  const ipPeer = memoBy(
    (ip: IpPeer) => `${ip.cidr} ${ip.except.join()} ${ip.matchesPods}`,
    (ip: IpPeer) => {
      const found = new BitSet(size);
      markRange(ip.cidr, found);
      const excepted = new BitSet(size);
      for (const cidr of ip.except) markRange(cidr, excepted);
      found.removeAll(excepted).removeAll(nodes);
      if (ip.matchesPods === 'never' || (ip.matchesPods === 'by-option' && !byOption)) return found;
      const outer = looseCidr(ip.cidr);
      const holes = ip.except.flatMap((cidr) => looseCidr(cidr) ?? []);
      if (outer === undefined) return found;
      // A block of the whole family means every pod; for a narrower one the pod's address must be known.
      if (outer.prefix === 0 && ip.matchesPods === 'always') found.addAll(unaddressed());
      for (const i of addressed()) {
        for (const text of pods[i]?.addresses ?? []) {
          const address = parseAddress(text);
          if (address === undefined) continue;
          const host = {
            family: address.family,
            start: address.value,
            end: address.value,
            prefix: address.family === 4 ? 32 : 128,
          };
          if (contains(outer, host) && !holes.some((hole) => contains(hole, host))) found.add(i);
        }
      }
      return found;
    },
  );
  const anyOf = (peers: Peers): BitSet => {
    if (peers === 'everyone') return everyone;
    const found = peers.map((peer) => {
      if ('ip' in peer) return ipPeer(peer.ip);
      if ('known' in peer) return knownPeer(peer.known);
      if ('pods' in peer) return podPeer(peer.pods);
      const within = peer.within.map(anyOf);
      return within.reduce((kept, set) => kept.keepAll(set), BitSet.full(size)).removeAll(anyOf(peer.except));
    });
    const [only] = found;
    if (only !== undefined && found.length === 1) return only;
    return found.reduce((sum, set) => sum.addAll(set), new BitSet(size));
  };
  return { subject, peers: anyOf };
}

/** Labels as Calico sees them: it adds the namespace, the orchestrator and the account to those of pods. */
function calicoIndexes({ pods, namespaces, serviceAccounts }: ClusterObjects, size: number, hidden: BitSet) {
  const prefix = 'projectcalico.org/';
  const podLabels = new LabelIndex(size);
  const accounts = new LabelIndex(size);
  const known = new Map(serviceAccounts.map((a) => [`${a.namespace}/${a.name}`, a.labels]));
  pods.forEach((pod, i) => {
    if (hidden.has(i)) return;
    const { namespace, serviceAccount } = pod;
    podLabels.add(i, pod.labels, {
      [`${prefix}namespace`]: namespace,
      [`${prefix}orchestrator`]: 'k8s',
      [`${prefix}serviceaccount`]: serviceAccount,
    });
    accounts.add(i, known.get(`${namespace}/${serviceAccount}`) ?? {}, { [`${prefix}name`]: serviceAccount });
  });
  const namespaceLabels = new LabelIndex(namespaces.length);
  namespaces.forEach(({ name, labels }, i) => {
    namespaceLabels.add(i, { ...labels, [`${prefix}name`]: name });
  });
  return { pods: podLabels, namespaces: namespaceLabels, accounts };
}
