/** Everything that an export of the open design writes, with the proof of it once it stands. */
import { useMemo } from 'react';
import { type Proof, provenExport } from '../../shared/analysis/index.ts';
import type { Bundle } from '../../shared/compile/index.ts';
import type { Topology } from '../../shared/model/index.ts';
import { useAnalysis, useDocument } from '../store/stores.tsx';

export interface WholeExport {
  /** Undefined until something was compiled. Without the proof and the report until this very design is proven. */
  readonly bundle: Bundle | undefined;
  readonly isCompiled: boolean;
  readonly isProven: boolean;
}

export function useExport(): WholeExport {
  const topology = useDocument((s) => s.topology);
  const revision = useDocument((s) => s.revision);
  const bundle = useAnalysis((s) => s.analysis?.bundle);
  const proof = useAnalysis((s) => s.proof);
  const isCompiled = useAnalysis((s) => s.revision) === revision && bundle !== undefined;
  const isProven = useAnalysis((s) => s.provenRevision) === revision && isCompiled;
  return useMemo(
    () => ({
      bundle: bundle === undefined || proof === undefined || !isProven ? bundle : whole(topology, bundle, proof),
      isCompiled,
      isProven,
    }),
    [topology, bundle, proof, isCompiled, isProven],
  );
}

const made = new WeakMap<Bundle, { readonly topology: Topology; readonly proof: Proof; readonly bundle: Bundle }>();

/** Written once, whoever asks: hashing and the report take their time in a large design. */
function whole(topology: Topology, bundle: Bundle, proof: Proof): Bundle {
  const had = made.get(bundle);
  if (had !== undefined && had.topology === topology && had.proof === proof) return had.bundle;
  const written = provenExport(topology, bundle, proof);
  made.set(bundle, { topology, proof, bundle: written });
  return written;
}
