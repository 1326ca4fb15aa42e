import { describe, expect, it } from 'vitest';
import { emit, lowerWithoutNetwork, objectNamed, objectsOf, readCase } from '../../testing/cluster-ir.ts';
import { containerd } from './node/containerd.ts';
import { nodeSteps } from './node-steps.ts';
import { runtimeClasses } from './runtime-class.ts';

const classesOf = (name: string, cluster: string) => {
  const lowered = lowerWithoutNetwork(readCase(name)).find(({ ir }) => ir.id === cluster);
  if (lowered === undefined) throw new Error(`no cluster ${cluster}`);
  return { ...lowered, emission: emit(runtimeClasses, lowered.ir) };
};

describe('runtime classes', () => {
  it('should stand without spec and namespace, with a handler that is a DNS label', () => {
    for (const object of objectsOf(classesOf('kata-with-containerd-2-3', 'pay').emission)) {
      expect(object.spec).toBeUndefined();
      expect(object.metadata.namespace).toBeUndefined();
      expect(object.handler).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
    }
  });

  it('should take the overhead of the catalogue, and single values of it from the design', () => {
    const { emission } = classesOf('kata-with-containerd-2-3', 'pay');
    expect(objectNamed(emission, 'RuntimeClass', 'kata-qemu').overhead).toEqual({
      podFixed: { cpu: '250m', memory: '320Mi' },
    });
    expect(objectNamed(emission, 'RuntimeClass', 'dragon').overhead).toEqual({
      podFixed: { cpu: '250m', memory: '200Mi' },
    });
  });

  it('should invent no overhead for gVisor, and name the handler runsc', () => {
    const object = objectNamed(classesOf('gvisor-in-the-dmz', 'prod').emission, 'RuntimeClass', 'gvisor');
    expect(object.overhead).toBeUndefined();
    expect(object.handler).toBe('runsc');
  });

  it('should schedule only onto pools that have the handler, by a label that the node steps set', () => {
    const { ir, emission } = classesOf('gvisor-in-the-dmz', 'prod');
    const object = objectNamed(emission, 'RuntimeClass', 'gvisor');
    expect(object.scheduling).toEqual({ nodeSelector: { 'runtime.node-restriction.kubernetes.io/gvisor': 'true' } });
    const commands = emit(nodeSteps, ir).files.flatMap((f) => ('text' in f ? f.text.split('\n') : []));
    const labelled = commands.filter((c) => c.includes('runtime.node-restriction.kubernetes.io/gvisor=true'));
    expect(labelled).toHaveLength(1);
    expect(labelled[0]).toContain('NODE-dmz-a-1 NODE-dmz-a-2 ');
  });

  it('should select no nodes where every pool has the handler', () => {
    expect(
      objectNamed(classesOf('gvisor-in-the-dmz', 'prod').emission, 'RuntimeClass', 'runc').scheduling,
    ).toBeUndefined();
  });

  it('should tolerate no taint, so that a class opens no other zone’s nodes', () => {
    for (const object of objectsOf(classesOf('gvisor-in-the-dmz', 'prod').emission)) {
      expect((object.scheduling as { tolerations?: unknown } | undefined)?.tolerations).toBeUndefined();
    }
  });

  it('should name the successor of a legacy runtime and export nothing of it', () => {
    const { problems, emission } = classesOf('gvisor-in-the-dmz', 'prod');
    const legacy = problems.filter((p) => p.rule === 'compile/legacy-runtime');
    expect(legacy.map((p) => [p.severity, p.subject?.id])).toEqual([['error', 'nabla']]);
    expect(legacy[0]?.message).toContain('Use “gvisor” instead.');
    expect(objectsOf(emission).map((o) => o.metadata.name)).toEqual(['gvisor', 'runc']);
  });

  it('should use the same handlers as the configuration of the nodes', () => {
    const { ir, emission } = classesOf('kata-with-containerd-2-3', 'pay');
    const toml = emit(containerd, ir)
      .files.flatMap((f) => ('text' in f ? [f.text] : []))
      .join('\n');
    for (const object of objectsOf(emission)) expect(toml).toContain(`.containerd.runtimes.${String(object.handler)}]`);
  });
});
