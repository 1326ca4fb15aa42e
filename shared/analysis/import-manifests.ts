/** One call from objects to a design: read, propose or take the corrected proposal, draw, and hold the two together. */

import { compile } from '../compile/index.ts';
import { loadDesign } from '../document/index.ts';
import {
  type ClusterSources,
  draw,
  type ExportedDesign,
  type Proposal,
  propose,
  readEstate,
} from '../importing/index.ts';
import type { Problem } from '../lib/problem.ts';
import { sha256Hex } from '../lib/sha256.ts';
import type { Topology } from '../model/index.ts';
import { describePorts } from '../reach/index.ts';
import { checkImport, type ImportCheck, type ImportDifference, mostDifferences } from './check-import.ts';

export interface Imported {
  readonly topology: Topology;
  readonly proposal: Proposal;
  readonly problems: readonly Problem[];
  readonly check: ImportCheck;
  /** True where the design is that of the export, and not made from its objects. */
  readonly isGivenBack: boolean;
}

export interface ImportOptions {
  readonly name: string;
  /** A corrected proposal for the same objects; without one, what `propose` makes of them. */
  readonly proposal?: Proposal;
  /** Where the objects come from an export: its design is given back, if it still exports exactly these files. */
  readonly exported?: ExportedDesign;
}

export function importManifests(clusters: readonly ClusterSources[], options: ImportOptions): Imported {
  const estate = readEstate(clusters);
  const proposal = options.proposal ?? propose(estate);
  const drawn = draw(estate, proposal, { name: options.name });
  const check = checkImport(drawn, clusters);
  const back =
    options.proposal === undefined && options.exported !== undefined ? designOf(options.exported) : undefined;
  const problems = [...drawn.problems, ...differenceProblems(check)];
  if (back?.topology !== undefined)
    return { topology: back.topology, proposal, check, isGivenBack: true, problems: [] };
  if (back !== undefined) problems.push(...back.problems);
  return { topology: drawn.topology, proposal, check, isGivenBack: false, problems };
}

/** The design in an export's index, where every file that it exports is there as it would be exported. */
function designOf({ topology, hashes }: ExportedDesign): { topology?: Topology; problems: readonly Problem[] } {
  const { document } = loadDesign(topology);
  const files = document === undefined ? [] : compile(document.topology).files;
  const changed = files.filter((f) => f.objects.length > 0 && hashes.get(f.path) !== sha256Hex(f.text));
  if (document !== undefined && document.unreadable.length === 0 && changed.length === 0)
    return { topology: document.topology, problems: [] };
  const [first] = changed;
  return {
    problems: [
      {
        rule: 'import/export-edited',
        severity: 'warning',
        message: `This folder is an export, but ${first === undefined ? 'the design in its index cannot be read' : `${first.path} is not what its design exports`}${changed.length > 1 ? `, nor are ${changed.length - 1} more files` : ''}. The design is made from the manifests as they are; what they cannot carry, such as reasons, owners and layout, is not in it.`,
        fixable: false,
      },
    ],
  };
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
