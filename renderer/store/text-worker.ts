/** Writes the text of a design off the main thread: every edit is kept for recovery, and none should hold up typing. */
import { type DesignDocument, loadDesign, newDesign, saveDesign } from '../../shared/document/index.ts';
import type { TextQuestion } from './text-client.ts';
import { answerQuestions } from './worker-questions.ts';

/** The loaded text that saving patches; it changes with each save, not with each edit. */
let loaded: { readonly text: string; readonly document: DesignDocument | undefined } | undefined;

answerQuestions(({ source, topology }: TextQuestion) => {
  if (source !== undefined && loaded?.text !== source.text) {
    const { document } = loadDesign(source.text, source.file === undefined ? {} : { file: source.file });
    loaded = { text: source.text, document };
  }
  const document = source === undefined ? undefined : loaded?.document;
  return document === undefined ? newDesign(topology) : saveDesign(document, topology).text;
});
