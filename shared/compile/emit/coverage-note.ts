/** `coverage.md`: what the manifests of a cluster enforce, and what they cannot. */
import { oneLine } from '../../lib/one-line.ts';
import type { CoverageNote } from '../bundle.ts';
import type { EmittedFile, TargetDocs } from '../define.ts';
import type { ClusterIr } from '../ir.ts';

export const coverageNoteDocs: TargetDocs = {
  title: 'Coverage note',
  formats: ['Markdown'],
  files: ['coverage.md'],
  covers: 'What is enforced in a cluster, and what is not and why.',
  limits: 'It speaks of the export, not of what was applied.',
};

export function coverageNote(ir: ClusterIr, notes: readonly CoverageNote[]): EmittedFile[] {
  if (notes.length === 0) return [];
  const section = (title: string, state: CoverageNote['state']): string[] => {
    const own = notes.filter((n) => n.state === state);
    return own.length === 0
      ? []
      : [`## ${title}`, '', ...own.map((n) => `- **${plain(n.subject)}**: ${plain(n.text)}${by(n)}`), ''];
  };
  const lines = [
    `# What the manifests of cluster ${ir.id} enforce`,
    '',
    ...section('Not enforced', 'not-enforced'),
    ...section('Enforced', 'enforced'),
  ];
  return [{ path: 'coverage.md', text: `${lines.join('\n').trimEnd()}\n`, causes: [{ kind: 'cluster', id: ir.id }] }];
}

/** Names in a design may hold line breaks and what Markdown takes for markup. */
function plain(text: string): string {
  return oneLine(text).replace(/[\\`*_<>[\]]/g, '\\$&');
}

function by({ by: names = [] }: CoverageNote): string {
  return names.length === 0 ? '' : ` *By ${names.map((name) => plain(name)).join(', ')}.*`;
}
