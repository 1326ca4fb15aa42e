import { kinds } from '../../model/index.ts';
import { defineCommand } from '../define.ts';
import { insert, type NewRecord } from '../records.ts';

/** Adds several records in one step, as paste and duplicate do. Pools may come before or after their cluster. */
export const addRecords = defineCommand<{ readonly records: readonly NewRecord[] }>({
  id: 'record/add-many',
  label: ({ records }) => {
    const [only] = records;
    return only !== undefined && records.length === 1
      ? `Add ${kinds[only.ref.kind].label.toLowerCase()}`
      : `Add ${records.length} records`;
  },
  run(draft, { records }) {
    for (const record of records) if (record.ref.kind !== 'pool') insert(draft, record);
    for (const record of records) if (record.ref.kind === 'pool') insert(draft, record);
  },
});
