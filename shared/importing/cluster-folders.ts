/** Which folders of a set of manifests are clusters of their own. */

export interface FolderOptions {
  /** The name of the only cluster, where nothing tells several apart. */
  readonly name: string;
  /** Each folder below the first is a cluster of its own. */
  readonly byFolder?: boolean;
  /** Whether something is called as a cluster is: where one folder is, each is a cluster of its own. */
  readonly isCluster?: (name: string) => boolean;
}

/** From a folder directly below the first, empty for files beside it, to the name of the cluster it is of. */
export function clusterFolders(folders: Iterable<string>, options: FolderOptions): (folder: string) => string {
  const { name, byFolder, isCluster } = options;
  const isApart = byFolder === true || (isCluster !== undefined && [...folders].some(isCluster));
  return (folder) => (isApart && folder !== '' ? folder : name);
}

/** The folder of a file directly below the first; empty where the file stands beside it. */
export function folderOf(path: string): string {
  return path.includes('/') ? (path.split('/')[0] ?? '') : '';
}
