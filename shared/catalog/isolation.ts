/**
 * How strongly a runtime keeps a container away from the kernel of its node. The order compares what an escape has to
 * get through: with `shared-kernel` a bug of the host kernel or of the OCI runtime is enough (CVE-2019-5736); `wasm` adds
 * the sandbox of the Wasm engine, which is still a process on the host kernel; `user-space-kernel` (gVisor's Sentry) lets
 * only a small set of system calls through; a `virtual-machine` adds a guest kernel and the hypervisor.
 */
import type { Isolation } from '../model/index.ts';

const strength: Readonly<Record<Isolation, number>> = {
  'shared-kernel': 0,
  wasm: 1,
  'user-space-kernel': 2,
  'virtual-machine': 3,
};

/** From 0, the weakest, upwards. */
export function isolationStrength(isolation: Isolation): number {
  return strength[isolation];
}

/** True where `a` isolates less than `b`; false for equals. */
export function isWeaker(a: Isolation, b: Isolation): boolean {
  return strength[a] < strength[b];
}
