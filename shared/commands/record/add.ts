import { kinds } from '../../model/index.ts';
import { defineCommand } from '../define.ts';
import { insert, type NewRecord } from '../records.ts';

/** Adds one record. Throws where the id is taken: the caller asks freeId for one. */
export const addRecord = defineCommand<NewRecord>({
  id: 'record/add',
  label: ({ ref }) => `Add ${kinds[ref.kind].label.toLowerCase()}`,
  run: insert,
});
