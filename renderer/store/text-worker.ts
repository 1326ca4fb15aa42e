/** Writes the text of a design off the main thread: every edit is kept for recovery, and none should hold up typing. */
import { type DesignDocument, loadDesign, newDesign, saveDesign } from '../../shared/document/index.ts';
import type { TextAnswer, TextQuestion } from './text-client.ts';

/** The loaded text that saving patches; it changes with each save, not with each edit. */
let loaded: { readonly text: string; readonly document: DesignDocument | undefined } | undefined;

self.onmessage = (event: MessageEvent<TextQuestion>) => {
  const { serial, source, topology } = event.data;
  if (source !== undefined && loaded?.text !== source.text) {
    const { document } = loadDesign(source.text, source.file === undefined ? {} : { file: source.file });
    loaded = { text: source.text, document };
  }
  const document = source === undefined ? undefined : loaded?.document;
  const text = document === undefined ? newDesign(topology) : saveDesign(document, topology).text;
  const answer: TextAnswer = { serial, text };
  self.postMessage(answer);
};
