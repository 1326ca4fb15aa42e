/**
 * One measurement in a process of its own, so that neither warm code nor another size's memory counts: parsing, evaluating
 * and asking every row, each in milliseconds of processor time and of the clock. Prints one line of JSON.
 */
import { performance } from 'node:perf_hooks';
import { parseManifests } from '../../shared/k8s/index.ts';
import { evaluate, type SourceObject } from '../../shared/reach/index.ts';
import { generateCluster } from './generate.ts';

export interface Measurement {
  readonly workloads: number;
  readonly policies: number;
  /** Megabytes of YAML. */
  readonly input: number;
  readonly classes: number;
  /** Pairs of classes that may connect. */
  readonly pairs: number;
  readonly parse: Span;
  readonly evaluate: Span;
  readonly rows: Span;
  /** Megabytes, at the peak. */
  readonly memory: number;
}

export interface Span {
  /** Milliseconds of processor time, over all threads: what a shared machine does not falsify. */
  readonly cpu: number;
  /** Milliseconds of the clock. */
  readonly wall: number;
}

const [size = '100', seed = '7'] = process.argv.slice(2);
const input = generateCluster(Number(size), Number(seed));
let length = 0;
for (const { text } of input.files) length += text.length;

const sources: SourceObject[] = [];
const parse = timed(() => {
  for (const { path, text } of input.files) {
    for (const object of parseManifests(text, { file: path }).objects) sources.push(object);
  }
});
let reach: ReturnType<typeof evaluate> | undefined;
const evaluation = timed(() => {
  reach = evaluate(sources);
});
let pairs = 0;
const rows = timed(() => {
  const count = reach?.classes.members.length ?? 0;
  for (let from = 0; from < count; from += 1) {
    for (const ports of reach?.row(from) ?? []) if (ports !== 0) pairs += 1;
  }
});

const measurement: Measurement = {
  workloads: input.workloads,
  policies: input.policies,
  input: round(length / 1e6),
  classes: reach?.classes.members.length ?? 0,
  pairs,
  parse,
  evaluate: evaluation,
  rows,
  memory: Math.round(process.resourceUsage().maxRSS / 1024),
};
process.stdout.write(`${JSON.stringify(measurement)}\n`);

function timed(run: () => void): Span {
  const start = performance.now();
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return { cpu: round((user + system) / 1000), wall: round(performance.now() - start) };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
