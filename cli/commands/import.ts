import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { saveText } from '../../electron/files/write-atomic.ts';
import { importManifests } from '../../shared/analysis/index.ts';
import { loadDesign, newDesign } from '../../shared/document/index.ts';
import { moveNamespaces, type Proposal, propose, readEstate, splitZone } from '../../shared/importing/index.ts';
import type { Problem } from '../../shared/lib/problem.ts';
import { countProblems, importAsJson, importAsText, problemsAsText } from '../../shared/report/index.ts';
import { type CliCommand, InputError, listOption, oneOf, textOption, UsageError } from '../command.ts';
import { readContexts, readEstateInput } from '../estate.ts';

export const command: CliCommand = {
  help: `Usage: zonewright import DIR --out FILE [OPTIONS]
       zonewright import --context NAME... --out FILE [OPTIONS]

Makes a design from a folder or file of manifests, what “helm template” or “kustomize build” print included; - is standard
input. Zones are a proposal, each with its reason; flows are the fewest arrows that mean what the policies allow, and every
pair for which the design and the manifests differ is named. A folder that Zonewright exported gives its clusters back.
With --context the clusters themselves are read, with your kubeconfig and your rights: lists only, never Secrets.

  --out FILE             the design to write; without it nothing is written, and the proposal is printed
  --zone NAMESPACE=ZONE  put a namespace (CLUSTER/NAMESPACE where clusters share its name) into another zone of the
                         proposal, or into one of its own; with nothing behind the = it stays out. May be repeated
  --by-folder            each folder directly below DIR is a cluster of its own
  --context NAME         read the cluster of this context; repeated, each is a cluster of one design
  --kubeconfig FILE      where the contexts are (default: KUBECONFIG, or .kube/config of the home folder)
  --name NAME            the name of the design (default: the name of the folder)
  --force                write over FILE where it exists
  --format txt|json      how to print what was made (default: txt)

Exit codes: 0 fine; 1 the design and the manifests differ; 2 bad usage, unreadable input, or FILE exists.
`,
  options: {
    out: { type: 'string' },
    zone: { type: 'string', multiple: true },
    'by-folder': { type: 'boolean' },
    name: { type: 'string' },
    context: { type: 'string', multiple: true },
    kubeconfig: { type: 'string' },
    force: { type: 'boolean' },
    format: { type: 'string' },
  },
  async run({ values, positionals }, io) {
    const format = oneOf(values, 'format', ['txt', 'json'], 'txt');
    const [argument, ...more] = positionals;
    const contexts = listOption(values, 'context');
    if (contexts.length > 0 ? argument !== undefined : argument === undefined || more.length > 0)
      throw new UsageError('name one folder or file of manifests, or contexts with --context.');
    const out = textOption(values, 'out');
    const path = out === undefined ? undefined : resolve(io.cwd, out);
    if (path !== undefined && values.force !== true && (await isThere(path)))
      throw new InputError(`${out} exists. Name another file, or write over it with --force.`);

    const input =
      argument === undefined
        ? await readContexts(contexts, textOption(values, 'kubeconfig'), io)
        : await readEstateInput(argument, values['by-folder'] === true, io);
    const name = textOption(values, 'name') ?? input.name;
    const wishes = listOption(values, 'zone');
    const imported = importManifests(input.clusters, {
      name,
      ...(input.exported !== undefined && { exported: input.exported }),
      ...(wishes.length > 0 && { proposal: corrected(propose(readEstate(input.clusters)), wishes) }),
    });
    const text = newDesign(imported.topology);
    const loaded = loadDesign(text, { file: out ?? 'design' });
    const unreadable = loaded.problems.filter((p) => p.severity === 'error' && p.rule.startsWith('document/'));
    const problems: Problem[] = [...input.problems, ...imported.problems, ...unreadable];
    if (path !== undefined) await saveText({ path, text, overwrite: true });

    const result = { ...imported, problems, files: input.files, ...(out !== undefined && { out }) };
    if (format === 'txt') io.stderr(problemsAsText(problems));
    await io.stdout({ txt: importAsText, json: importAsJson }[format](result));
    io.stderr(`${countProblems(problems)}\n`);
    const { counts } = imported.check;
    return counts.extra + counts.missing + unreadable.length > 0 ? 1 : 0;
  },
};

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** `web=dmz` moves a namespace, `prod/web=dmz` that of one cluster, `web=` leaves it out. */
function corrected(proposal: Proposal, wishes: readonly string[]): Proposal {
  return wishes.reduce((sum, wish) => {
    const [from = '', to] = wish.split('=', 2);
    if (to === undefined) throw new UsageError(`--zone must be NAMESPACE=ZONE, not ${JSON.stringify(wish)}.`);
    const moved = sum.namespaces.filter((n) => n.name === from || `${n.cluster}/${n.name}` === from);
    if (moved.length === 0)
      throw new UsageError(`--zone names the namespace ${JSON.stringify(from)}, which is not there.`);
    if (to === '') return moveNamespaces(sum, moved, undefined);
    return Object.hasOwn(sum.zones, to) ? moveNamespaces(sum, moved, to) : splitZone(sum, moved, to);
  }, proposal);
}
