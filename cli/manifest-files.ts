/** Files of a folder of manifests, wherever the folder comes from. */
export interface TextFile {
  /** Relative to the folder it was found in, with `/`; for a single file as the user wrote it. */
  readonly path: string;
  readonly text: string;
}

export function isManifest(path: string): boolean {
  return /\.(ya?ml|json)$/i.test(path);
}
