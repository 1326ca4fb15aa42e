/** The picture for documents and boards: as a file, or in the clipboard. */
import type { LucideIcon } from 'lucide-react';
import { ClipboardCopy, FileImage, FileText, ImageDown } from 'lucide-react';
import { canvasView, type PictureFormat, pictureBytes } from '../canvas/index.ts';
import { type ActionContext, defineAction } from './define.ts';

function saved(format: PictureFormat, icon: LucideIcon) {
  return defineAction({
    id: `file.picture-${format}`,
    label: `Save the picture as ${format.toUpperCase()}…`,
    group: 'File',
    icon,
    when: hasPicture,
    run: async ({ host, stores }) => {
      const bytes = await drawn(format);
      const name = `${stores.documents.getState().topology.metadata.name}.${format}`;
      const path = await host.savePicture(name, bytes);
      if (path !== undefined) stores.ui.getState().show({ tone: 'success', text: `The picture is in ${path}.` });
    },
  });
}

export const savePicture = [saved('svg', ImageDown), saved('png', FileImage), saved('pdf', FileText)];

export const copyPicture = defineAction({
  id: 'edit.copy-picture',
  label: 'Copy the picture',
  group: 'Edit',
  icon: ClipboardCopy,
  when: hasPicture,
  run: async ({ stores }) => {
    const bytes = await drawn('png');
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': new Blob([bytes], { type: 'image/png' }) })]);
    stores.ui.getState().show({ tone: 'success', text: 'The picture is in the clipboard.' });
  },
});

function hasPicture(_: ActionContext): boolean {
  return canvasView.getState().api !== undefined;
}

function drawn(format: PictureFormat) {
  const { api } = canvasView.getState();
  if (api === undefined) throw new Error('there is no picture in this view');
  return pictureBytes(api.drawing(), format);
}
