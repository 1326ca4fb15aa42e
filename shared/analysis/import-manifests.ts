/** One call from objects to a design: read, propose or take the corrected proposal, draw, and hold the two together. */
import { type ClusterSources, draw, type Proposal, propose, readEstate } from '../importing/index.ts';
import type { Problem } from '../lib/problem.ts';
import type { Topology } from '../model/index.ts';
import { describePorts } from '../reach/index.ts';
import { checkImport, type ImportCheck, type ImportDifference, mostDifferences } from './check-import.ts';

export interface Imported {
  readonly topology: Topology;
  readonly proposal: Proposal;
  readonly problems: readonly Problem[];
  readonly check: ImportCheck;
}

export interface ImportOptions {
  readonly name: string;
  /** A corrected proposal for the same objects; without one, what `propose` makes of them. */
  readonly proposal?: Proposal;
}

export function importManifests(clusters: readonly ClusterSources[], options: ImportOptions): Imported {
  const estate = readEstate(clusters);
  const proposal = options.proposal ?? propose(estate);
  const drawn = draw(estate, proposal, { name: options.name });
  const check = checkImport(drawn, clusters);
  return { topology: drawn.topology, proposal, check, problems: [...drawn.problems, ...differenceProblems(check)] };
}

/** Each pair for which drawing and manifests differ, by name. */
function differenceProblems(check: ImportCheck): Problem[] {
  const told = check.differences.filter((d) => d.kind !== 'cannot-say').map(differenceProblem);
  const rest = check.counts.extra + check.counts.missing - told.length;
  if (rest > 0) {
    told.push({
      rule: 'import/not-equal',
      severity: 'error',
      message: `${rest} more pairs differ; the first ${mostDifferences} of each kind are listed.`,
      fixable: false,
    });
  }
  return told;
}

function differenceProblem({ kind, cluster, from, to, ports }: ImportDifference): Problem {
  const what = `${from} to ${to} on ${describePorts(ports)} in cluster “${cluster}”`;
  return {
    rule: 'import/not-equal',
    severity: 'error',
    message:
      kind === 'extra'
        ? `The design allows ${what}, and the manifests do not. Correct the flow before anybody exports the design.`
        : `The manifests allow ${what}, and the design does not. Draw a flow for it, or know that an export closes it.`,
    fixable: false,
  };
}
