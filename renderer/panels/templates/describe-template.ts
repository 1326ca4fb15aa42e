import { loadDesign } from '../../../shared/document/index.ts';
import type { TemplateInfo } from '../../../shared/host/index.ts';
import { recordsOf, type Topology } from '../../../shared/model/index.ts';

export interface DescribedTemplate {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** `3 zones · 1 cluster · 9 workloads`. */
  readonly facts: string;
  /** Absent where the template cannot be read. */
  readonly topology?: Topology;
}

export function describeTemplate({ id, text }: TemplateInfo): DescribedTemplate {
  const title = sentence(id.replaceAll('-', ' '));
  const topology = loadDesign(text, { file: `${id}.zones.yaml` }).document?.topology;
  if (topology === undefined) return { id, title, description: 'This template cannot be read.', facts: '' };
  const count = (kind: 'zone' | 'cluster' | 'workload', word: string) => {
    const n = Object.keys(recordsOf(topology, kind)).length;
    return `${n} ${word}${n === 1 ? '' : 's'}`;
  };
  return {
    id,
    title,
    description: topology.metadata.description ?? '',
    facts: [count('zone', 'zone'), count('cluster', 'cluster'), count('workload', 'workload')].join(' · '),
    topology,
  };
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
