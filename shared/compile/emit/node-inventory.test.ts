import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../k8s/index.ts';
import { lowerWithoutNetwork, readCase, textAt } from '../../testing/cluster-ir.ts';
import { nodeInventory } from './node-inventory.ts';
import { nodeSteps } from './node-steps.ts';

const folder = new URL('../cases/', import.meta.url);
const cases = readdirSync(folder).filter((name) => existsSync(new URL(`${name}/topology.yaml`, folder)));

describe('nodeInventory', () => {
  it('should hold the labels and taints that the steps for administrators set, for every pool of every case', () => {
    let commands = 0;
    for (const name of cases) {
      for (const { ir } of lowerWithoutNetwork(readCase(name))) {
        if (!nodeSteps.applies(ir)) continue;
        const nodes = nodeInventory(ir).flatMap((f) => ('objects' in f ? f.objects.map((o) => o.object) : []));
        expect(nodes.map((n) => n.metadata.name)).toEqual(ir.nodes.pools.map((p) => p.name));
        // Which nodes carry egress addresses is not for the design to say.
        const [steps = ''] = textAt(nodeSteps.emit(ir), 'nodes/steps.md').split('\n## Egress ');
        const [, ...sections] = steps.split('\n## Pool ');
        for (const section of sections) {
          const node = nodes.find((n) => n.metadata.name === section.split(':')[0]);
          for (const label of words(section, 'kubectl label node')) {
            commands += 1;
            const [key = '', value] = label.split('=');
            expect(node?.metadata.labels?.[key], `${name} ${label}`).toBe(value);
          }
          for (const taint of words(section, 'kubectl taint node')) {
            commands += 1;
            expect(taintsOf(node), name).toContain(taint);
          }
        }
      }
    }
    expect(commands).toBeGreaterThan(20);
  });
});

/** The `key=value` arguments of a command. */
function words(section: string, command: string): string[] {
  return section
    .split('\n')
    .filter((line) => line.startsWith(command))
    .flatMap((line) => line.split(' ').filter((word) => word.includes('=')));
}

function taintsOf(node: KubeObject | undefined): string[] {
  const { taints = [] } = (node?.spec ?? {}) as { taints?: Array<{ key: string; value?: string; effect: string }> };
  return taints.map((t) => `${t.key}${t.value === undefined ? '' : `=${t.value}`}:${t.effect}`);
}
