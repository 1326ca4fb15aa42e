/** Copy, cut, paste and duplicate, within a design and from one window to another. */
import { ClipboardPaste, Copy, CopyPlus, Scissors } from 'lucide-react';
import {
  addRecords,
  copyRecords,
  type NewRecord,
  type PasteTarget,
  parseClipboard,
  pasteRecords,
  removeRecords,
} from '../../shared/commands/index.ts';
import { kinds, lookup, type Ref, type Topology, type Workload } from '../../shared/model/index.ts';
import { type ActionContext, defineAction } from './define.ts';

/** For windows that may not read the system's clipboard. */
let inWindow = '';

export const copy = defineAction({
  id: 'edit.copy',
  label: 'Copy',
  group: 'Edit',
  icon: Copy,
  shortcuts: ['Mod+C'],
  inContextMenu: true,
  when: hasSelection,
  run: copySelection,
});

export const cut = defineAction({
  id: 'edit.cut',
  label: 'Cut',
  group: 'Edit',
  icon: Scissors,
  shortcuts: ['Mod+X'],
  inContextMenu: true,
  when: hasSelection,
  run: async (context) => {
    const { documents, ui } = context.stores;
    const refs = ui.getState().selection;
    await copySelection(context);
    documents.getState().run(removeRecords, { refs });
    ui.getState().select([]);
  },
});

export const paste = defineAction({
  id: 'edit.paste',
  label: 'Paste',
  group: 'Edit',
  icon: ClipboardPaste,
  shortcuts: ['Mod+V'],
  inContextMenu: true,
  run: async (context) => {
    const clipboard = parseClipboard(await readText());
    if (clipboard === undefined) {
      context.stores.ui.getState().show({
        tone: 'info',
        text: 'There is nothing of a design on the clipboard. Select something and copy it first.',
      });
      return;
    }
    insert(context, clipboard, targetOf(context));
  },
});

export const duplicate = defineAction({
  id: 'edit.duplicate',
  label: 'Duplicate',
  group: 'Edit',
  icon: CopyPlus,
  shortcuts: ['Mod+D'],
  inContextMenu: true,
  when: hasSelection,
  run: (context) => {
    const { topology } = context.stores.documents.getState();
    insert(context, copyRecords(topology, context.stores.ui.getState().selection), {});
  },
});

function hasSelection({ stores }: ActionContext): boolean {
  return stores.ui.getState().selection.length > 0;
}

async function copySelection({ stores }: ActionContext): Promise<void> {
  const clipboard = copyRecords(stores.documents.getState().topology, stores.ui.getState().selection);
  inWindow = JSON.stringify(clipboard, undefined, 1);
  try {
    await navigator.clipboard.writeText(inWindow);
  } catch {
    // Without permission the copy still works inside this window.
  }
}

async function readText(): Promise<string> {
  try {
    const text = await navigator.clipboard.readText();
    return parseClipboard(text) === undefined && inWindow !== '' && text === '' ? inWindow : text;
  } catch {
    return inWindow;
  }
}

function insert({ stores }: ActionContext, clipboard: Parameters<typeof pasteRecords>[1], target: PasteTarget): void {
  const { documents, ui } = stores;
  const { records, left } = pasteRecords(documents.getState().topology, clipboard, target);
  if (records.length > 0) {
    documents.getState().run(addRecords, { records: records.map((r) => nudged(withOwnLabels(r))) });
    ui.getState().select(records.map((r) => r.ref));
  }
  const [first] = left;
  if (first !== undefined) {
    const what = left.length === 1 ? `${kinds[first.kind].label} ${first.id}` : `${left.length} records`;
    ui.getState().show({
      tone: records.length > 0 ? 'info' : 'warning',
      text: `${what} could not be pasted: what it belongs to or connects is not in this design. Select a place for it and paste again.`,
    });
  }
}

/**
 * A copied workload `api-2` whose labels name it `api` would be picked by the policies of the original, so these labels
 * follow the new id.
 */
function withOwnLabels(record: NewRecord): NewRecord {
  const { ref } = record;
  const stem = ref.id.replace(/-\d+$/, '');
  if (ref.kind !== 'workload' || stem === ref.id) return record;
  const workload = record.record as Workload;
  const renamed = (map: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(map).map(([key, value]) => [key, value === stem ? ref.id : value]));
  return {
    ...record,
    record: {
      ...workload,
      ...(workload.labels && { labels: renamed(workload.labels) }),
      ...(workload.selector && { selector: renamed(workload.selector) }),
    },
  };
}

/** A little beside the original, so that the copy does not hide it. */
function nudged<T extends { readonly layout?: object }>(record: T): T {
  const place = record.layout as { readonly x: number; readonly y: number } | undefined;
  return place === undefined ? record : { ...record, layout: { ...place, x: place.x + 24, y: place.y + 24 } };
}

/** What is selected says where pasted records go. */
function targetOf({ stores }: ActionContext): PasteTarget {
  const { topology } = stores.documents.getState();
  const [selected] = stores.ui.getState().selection;
  return selected === undefined ? {} : homeAt(topology, selected);
}

export function homeAt(topology: Topology, selected: Ref): PasteTarget {
  const index = lookup(topology);
  const namespace =
    selected.kind === 'namespace'
      ? selected.id
      : selected.kind === 'workload'
        ? index.get('workload', selected.id)?.namespace
        : undefined;
  const cluster = index.clusterOf(selected);
  const zone = selected.kind === 'external' ? undefined : index.zoneOf(selected);
  return {
    ...(namespace !== undefined && { namespace }),
    ...(cluster !== undefined && { cluster }),
    ...(zone !== undefined && { zone }),
  };
}
