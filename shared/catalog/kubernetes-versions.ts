/**
 * What depends on the minor version of Kubernetes.
 * Sources: kubernetes/kubernetes CHANGELOG and KEP-3962 (MutatingAdmissionPolicy), KEP-3488 (ValidatingAdmissionPolicy), KEP-3751
 * (VolumeAttributesClass);
 * containerd RELEASES.md for the last version that runs on containerd 1.x; kubeadm API reference.
 */
import { isAtLeastVersion } from './engines.ts';

export const newestKubernetes = '1.37';

/** The first minor in which each of these is on for everybody, with a stable API. */
const since = {
  /** admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy. */
  validatingAdmissionPolicy: '1.30',
  /** admissionregistration.k8s.io/v1 MutatingAdmissionPolicy. */
  mutatingAdmissionPolicy: '1.36',
  /** storage.k8s.io/v1 VolumeAttributesClass. */
  volumeAttributesClass: '1.34',
  /** kubeadm.k8s.io/v1beta4. */
  kubeadmV1beta4: '1.31',
  /** The kubelet's CPU manager option full-pcpus-only, without a feature gate. */
  fullPhysicalCpus: '1.33',
  /** The first that no longer works with containerd 1.x. */
  needsContainerd2: '1.36',
  /** kind writes kubeadm v1beta4 for node images of this version, v1beta3 before. */
  kindWritesV1beta4: '1.36',
} as const;

export type KubernetesFeature = keyof typeof since;

/** True where a cluster of this version (`1.37` or `1.37.1`) has the feature; false for text that is no version. */
export function kubernetesHas(version: string, feature: KubernetesFeature): boolean {
  return isAtLeastVersion(version, since[feature]) === true;
}

export function kubernetesFeatureSince(feature: KubernetesFeature): string {
  return since[feature];
}

/** `v1.37.1`; without a patch the first release of the minor, which always exists. */
export function fullKubernetesVersion(version: string): { readonly text: string; readonly assumedPatch: boolean } {
  const assumedPatch = /^\d+\.\d+$/.test(version);
  return { text: `v${version}${assumedPatch ? '.0' : ''}`, assumedPatch };
}
