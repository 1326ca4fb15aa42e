/**
 * Subjects and peers of policies as sets of things: pods, and pieces of the address space. Equal peers share one set.
 */
import { BitSet } from '../lib/bit-set.ts';
import { type Cidr, cidrAt, contains, looseCidr, parseAddress } from '../lib/ip.ts';
import { memo, memoBy, memoWeak, once } from '../lib/memo.ts';
import { type AddressPiece, piecesOf } from './address-space.ts';
import type { ClusterObjects, Pod } from './cluster.ts';
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

/** What the sets are over: `size` things, of which the first are the pods and the rest pieces of the address space. */
interface Space {
  readonly cluster: ClusterObjects;
  readonly pieces: readonly AddressPiece[];
  readonly size: number;
  readonly options: EvaluateOptions;
}

export type PeerResolver = ReturnType<typeof peerResolver>;

/** The sets of things that peers stand for. Do not change them. */
export function peerResolver(
  cluster: ClusterObjects,
  pieces: readonly AddressPiece[],
  size: number,
  options: EvaluateOptions,
) {
  const space = { cluster, pieces, size, options };
  const pods = podPeers(space);
  const addresses = addressPeers(space);
  const everyone = BitSet.full(size);
  const anyOf = (peers: Peers): BitSet => {
    // A rule for everyone has no pod selector, so it lets host-network pods in as well.
    if (peers === 'everyone') return everyone;
    const found = peers.map((peer) => {
      if ('ip' in peer) return addresses.inBlock(peer.ip);
      if ('known' in peer) return addresses.known(peer.known);
      if ('pods' in peer) return pods.peer(peer.pods);
      const within = peer.within.map(anyOf);
      return within.reduce((kept, set) => kept.keepAll(set), BitSet.full(size)).removeAll(anyOf(peer.except));
    });
    const [only] = found;
    if (only !== undefined && found.length === 1) return only;
    return found.reduce((sum, set) => sum.addAll(set), new BitSet(size));
  };
  return { subject: pods.subject, peers: anyOf };
}

/** Pods by their labels, those of their namespaces, and their cluster. Pods on the network of their node have no labels to policies. */
function podPeers({ cluster, size, options }: Space) {
  const { pods, namespaces } = cluster;
  const { mesh } = options;
  const namespaceIndex = new LabelIndex(namespaces.length);
  namespaces.forEach((namespace, i) => {
    namespaceIndex.add(i, namespace.labels);
  });
  const podIndex = new LabelIndex(size);
  const inCluster = (name: string, of: string | undefined) => `${of ?? ''}/${name}`;
  const podsOfNamespace = new Map<string, BitSet>(
    namespaces.map((n) => [inCluster(n.name, n.cluster), new BitSet(size)]),
  );
  const seen = new BitSet(size);
  pods.forEach((pod, i) => {
    if (isHidden(pod, options)) return;
    if (pod.cluster === undefined) seen.add(i);
    podIndex.add(i, pod.labels);
    podsOfNamespace.get(inCluster(pod.namespace, pod.cluster))?.add(i);
  });
  const calico = once(() => calicoIndexes(cluster, size, options));
  const clustersOf = clusterSelector(mesh);
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
    const [only = emptySet, ...more] = [...meant].flatMap((of) => podsOfNamespace.get(inCluster(name, of)) ?? []);
    return more.length === 0 ? only : more.reduce((sum, set) => sum.addAll(set), only.clone());
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
  const peer = podsOfPeer(false);
  return { peer, subject: mesh?.selectsAll === true ? podsOfPeer(true) : peer };
}

/** Namespaces in some clusters of a mesh; undefined stands for the cluster whose policies are asked. */
interface Scope {
  readonly namespaces: Selector;
  readonly clusters: ReadonlySet<string | undefined>;
}

/** The clusters of a mesh that a peer means: those it selects, and without a selector its own or, where the mesh says so, all. */
function clusterSelector(mesh: EvaluateOptions['mesh']) {
  const clusters = [undefined, ...(mesh?.others ?? []).map((other) => other.cluster)];
  const index = new LabelIndex(clusters.length);
  clusters.forEach((name, i) => {
    const own = name ?? mesh?.cluster;
    index.add(i, own === undefined ? {} : { [clusterLabel]: own });
  });
  const own: ReadonlySet<string | undefined> = new Set([undefined]);
  const every: ReadonlySet<string | undefined> = new Set(clusters);
  return (selector: LabelSelector | undefined, isSubject: boolean): ReadonlySet<string | undefined> => {
    if (selector === undefined) return mesh?.selectsAll === true && !isSubject ? every : own;
    const selected = index.select(selector).toArray();
    return new Set(selected.map((i) => clusters[i]));
  };
}

/** Blocks of addresses, and what a network plugin knows by itself. */
function addressPeers({ cluster: { pods }, pieces, size, options }: Space) {
  const { known, ipBlockMatchesPods } = options;
  const mark = (cidr: string, set: BitSet) => {
    const { first, past } = piecesOf(pieces, cidr);
    for (let i = first; i < past; i += 1) set.add(pods.length + i);
  };
  const marked = (cidrs: readonly string[]) => {
    const set = new BitSet(size);
    for (const cidr of cidrs) mark(cidr, set);
    return set;
  };
  const podsThat = (holds: (pod: Pod) => boolean) => {
    const set = new BitSet(size);
    pods.forEach((pod, i) => {
      if (holds(pod)) set.add(i);
    });
    return set;
  };
  const nodes = marked(known?.nodes ?? []);
  const addressed = once(() =>
    pods.flatMap((pod, i) => (pod.addresses.length > 0 && !isHidden(pod, options) ? [i] : [])),
  );
  const unaddressed = once(() => podsThat((pod) => pod.addresses.length === 0 && !isHidden(pod, options)));
  const addPods = ({ cidr, except, matchesPods }: IpPeer, set: BitSet) => {
    const outer = looseCidr(cidr);
    const holes = except.flatMap((hole) => looseCidr(hole) ?? []);
    if (outer === undefined) return;
    // A block of the whole family means every pod; for a narrower one the pod's address must be known.
    if (outer.prefix === 0 && matchesPods === 'always') set.addAll(unaddressed());
    for (const i of addressed()) {
      const hosts = (pods[i]?.addresses ?? []).flatMap((text) => hostRange(text) ?? []);
      if (hosts.some((host) => contains(outer, host) && !holes.some((hole) => contains(hole, host)))) set.add(i);
    }
  };
  return {
    inBlock: memoBy(
      (ip: IpPeer) => `${ip.cidr} ${ip.except.join()} ${ip.matchesPods}`,
      (ip: IpPeer) => {
        const found = marked([ip.cidr]).removeAll(marked(ip.except)).removeAll(nodes);
        const isAsked = ip.matchesPods === 'always' || (ip.matchesPods === 'by-option' && ipBlockMatchesPods === true);
        if (isAsked) addPods(ip, found);
        return found;
      },
    ),
    known: memo((what: Known) =>
      what === 'nodes'
        ? podsThat((pod) => isHidden(pod, options)).addAll(nodes)
        : marked(what === 'api-server' ? (known?.['api-server'] ?? []) : []),
    ),
  };
}

function hostRange(text: string): Cidr | undefined {
  const address = parseAddress(text);
  return address && cidrAt(address.family, address.value, address.family === 4 ? 32 : 128);
}

/** Labels as Calico sees them: it adds the namespace, the orchestrator and the account to those of pods. */
function calicoIndexes({ pods, namespaces, serviceAccounts }: ClusterObjects, size: number, options: EvaluateOptions) {
  const prefix = 'projectcalico.org/';
  const podLabels = new LabelIndex(size);
  const accounts = new LabelIndex(size);
  const known = new Map(serviceAccounts.map((a) => [`${a.namespace}/${a.name}`, a.labels]));
  pods.forEach((pod, i) => {
    if (isHidden(pod, options)) return;
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
