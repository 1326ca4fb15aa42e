/** What the window shows where the shell has no dialogs of its own, as in a browser. The window registers one. */
import type { FolderListing } from '../../shared/host/index.ts';

export interface ChooserRequest {
  /** `open`: a design that is there. `save`: a file name, new or not. `folder`: a folder, which may be new. */
  readonly kind: 'open' | 'save' | 'folder';
  /** The file name to begin with, for `save`. */
  readonly suggestedName?: string;
  list(path?: string): Promise<FolderListing>;
}

/**
 * Shows the chooser and answers with a path as `list` gives them, or undefined when cancelled. For `save` it asks
 * before it answers with a file that is there already, as a native dialog does.
 */
export type Chooser = (request: ChooserRequest) => Promise<string | undefined>;
