import { createStore } from 'zustand/vanilla';
import type { Chooser, ChooserRequest } from '../../host/chooser.ts';

interface ChooserState {
  readonly request?: ChooserRequest;
  answer?(path: string | undefined): void;
}

export const chooserStore = createStore<ChooserState>()(() => ({}));

/** Shows the dialog; a question that is still open is cancelled. */
export const askChooser: Chooser = (request) => {
  chooserStore.getState().answer?.(undefined);
  return new Promise((resolve) => {
    chooserStore.setState({
      request,
      answer: (path) => {
        chooserStore.setState({ request: undefined, answer: undefined });
        resolve(path);
      },
    });
  });
};
