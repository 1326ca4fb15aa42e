/**
 * Who administrates a cluster where the design does not say: the groups that a distribution's own credentials belong to,
 * and the accounts with which GitOps tools apply what they find.
 *
 * Sources: Kubernetes documentation, Using RBAC (system:masters); kubeadm documentation, admin.conf from 1.29 on
 * (kubeadm:cluster-admins); OpenShift documentation, kubeadmin (system:cluster-admins); manifests of Argo CD
 * (argocd-application-controller, argocd-manager in the clusters it is told of) and Flux (kustomize-controller).
 */
import type { Distribution, GitopsTool } from '../model/index.ts';

const masters = 'system:masters';

const groups: Readonly<Record<Distribution, readonly string[]>> = {
  kubeadm: ['kubeadm:cluster-admins', masters],
  kind: ['kubeadm:cluster-admins', masters],
  capi: ['kubeadm:cluster-admins', masters],
  k3s: [masters],
  rke2: [masters],
  openshift: ['system:cluster-admins', masters],
  eks: [masters],
  managed: [masters],
};

const accounts: Readonly<Record<GitopsTool, readonly string[]>> = {
  argocd: [
    'system:serviceaccount:argocd:argocd-application-controller',
    'system:serviceaccount:kube-system:argocd-manager',
  ],
  flux: ['system:serviceaccount:flux-system:kustomize-controller'],
};

export function administratorGroups(distribution: Distribution): readonly string[] {
  return groups[distribution];
}

export function gitopsAccounts(tool: GitopsTool): readonly string[] {
  return accounts[tool];
}
