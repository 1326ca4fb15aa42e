/** The IR of clusters for tests of emitters that do not look at the network. */
import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import type { Emission, EmittedFile, Emitter } from '../compile/define.ts';
import type { ClusterIr } from '../compile/ir.ts';
import { lowerCluster } from '../compile/lower/cluster.ts';
import { lowerLimits } from '../compile/lower/limits.ts';
import { lowerRuntime } from '../compile/lower/runtime.ts';
import { lowerStorage } from '../compile/lower/storage.ts';
import { scopeOf } from '../compile/scope.ts';
import { type KubeObject, printObjects } from '../k8s/index.ts';
import type { Problem } from '../lib/problem.ts';
import { schema, type Topology } from '../model/index.ts';

/** Parses a design with the model's definition; a test's design has to be right. */
export function design(source: string | object): Topology {
  return schema.topology.parse(typeof source === 'string' ? load(source) : source) as Topology;
}

export function readCase(name: string): Topology {
  return design(readFileSync(new URL(`../compile/cases/${name}/topology.yaml`, import.meta.url), 'utf8'));
}

export interface LoweredCluster {
  readonly ir: ClusterIr;
  readonly problems: readonly Problem[];
  readonly coverage: Emission['coverage'];
}

/** Every cluster of a design, sorted by id, without its network. */
export function lowerWithoutNetwork(topology: Topology): LoweredCluster[] {
  return scopeOf(topology).clusters.map((scope) => {
    const storage = lowerStorage(scope);
    const runtimes = lowerRuntime(scope);
    const limits = lowerLimits(scope, []);
    const nodes = lowerCluster(scope);
    const network = {} as ClusterIr['network'];
    return {
      ir: { ...scope, network, storage: storage.part, runtimes: runtimes.part, limits: limits.part, nodes: nodes.part },
      problems: [...storage.problems, ...runtimes.problems, ...limits.problems, ...nodes.problems],
      coverage: [...storage.coverage, ...runtimes.coverage, ...limits.coverage, ...nodes.coverage],
    };
  });
}

/** What an emitter makes of a cluster; nothing where it does not apply. */
export function emit(emitter: Emitter, ir: ClusterIr): Emission {
  return emitter.applies(ir) ? emitter.emit(ir) : { files: [], problems: [], coverage: [] };
}

export function objectsOf(emission: Emission): KubeObject[] {
  return emission.files.flatMap((f) => ('objects' in f ? f.objects.map((o) => o.object) : []));
}

/** The object of this kind and name; the test fails where there is none. */
export function objectNamed(emission: Emission, kind: string, name: string): KubeObject {
  const found = objectsOf(emission).find((o) => o.kind === kind && o.metadata.name === name);
  if (found === undefined)
    throw new Error(
      `no ${kind} called ${name} among ${objectsOf(emission)
        .map((o) => `${o.kind} ${o.metadata.name}`)
        .join(', ')}`,
    );
  return found;
}

export function fileText(file: EmittedFile): string {
  return 'objects' in file ? printObjects(file.objects.map((o) => o.object)).text : file.text;
}

export function textAt(emission: Emission, path: string): string {
  const file = emission.files.find((f) => f.path === path);
  if (file === undefined) throw new Error(`no file ${path} among ${emission.files.map((f) => f.path).join(', ')}`);
  return fileText(file);
}
