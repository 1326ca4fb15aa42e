/**
 * What a change of a record means for isolation, as far as the records alone make it certain. What a design allows as a
 * whole (a workload that joins a zone, a namespace that gains a member) is answered by comparing connections instead.
 */
import { lookup } from '../model/index.ts';
import { effect, type Judgement } from './classify-context.ts';
import { judgeExternal, judgeFlow } from './classify-flow.ts';
import { judgeMatrixCell, judgeTierShift } from './classify-matrix.ts';
import { judgeAdministrators, judgeRule, judgeStage } from './classify-metadata.ts';
import { judgeCluster, judgeNamespace, judgePool, judgeWorkload } from './classify-place.ts';
import { judgeClass, judgeEndpoint, judgeRuntime } from './classify-storage.ts';
import { judgeZone } from './classify-zone.ts';
import type { Effect, RecordChange } from './entry.ts';

/** At least one effect; `neutral` where none of the other classes is certain. */
export function judge(change: RecordChange, versions: Judgement): Effect[] {
  const effects = effectsOf(change, versions);
  return effects.length > 0 ? effects : [neutral(change)];
}

function effectsOf(change: RecordChange, versions: Judgement): Effect[] {
  const { id } = change.subject;
  const records = { before: lookup(versions.before), after: lookup(versions.after) };
  switch (change.subject.kind) {
    case 'flow':
      return judgeFlow(id, versions);
    case 'external':
      return change.change === 'changed' ? judgeExternal(id, versions) : [];
    case 'matrix':
      return judgeMatrixCell(id, versions);
    case 'zone':
      return [...judgeTierShift(id, versions), ...(change.change === 'changed' ? judgeZone(id, versions) : [])];
    case 'workload':
      return change.change === 'changed' ? judgeWorkload(id, versions) : [];
    case 'namespace':
      return change.change === 'changed' ? judgeNamespace(id, versions) : [];
    case 'cluster':
      return change.change === 'changed' ? judgeCluster(id, versions) : [];
    case 'pool':
      return judgePool(records.before.get('pool', id), records.after.get('pool', id), versions);
    case 'endpoint':
      return change.change === 'changed' ? judgeEndpoint(id, versions) : [];
    case 'class':
      return change.change === 'changed' ? judgeClass(id, versions) : [];
    case 'runtime':
      return change.change === 'changed' ? judgeRuntime(id, versions) : [];
    case 'rule':
      return judgeRule(id, versions);
    case 'metadata':
      return [...judgeAdministrators(versions), ...judgeStage(versions)];
    default:
      return [];
  }
}

function neutral(change: RecordChange): Effect {
  if (change.subject.kind === 'layout') return effect('neutral', 'low', 'Shapes stand elsewhere on the canvas.');
  if (change.renamedFrom !== undefined && change.fields.length === 0) {
    return effect('neutral', 'low', 'It has another id and is otherwise the same.');
  }
  const what = { added: 'Its record alone', removed: 'Removing its record alone', changed: 'This change alone' }[
    change.change
  ];
  return effect('neutral', 'low', `${what} opens and closes nothing.`);
}
