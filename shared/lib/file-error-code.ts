/** Why a file could not be read or written. `changed-on-disk`: somebody else wrote the file since it was read. */
export type FileErrorCode =
  | 'not-found'
  | 'not-allowed'
  | 'read-only'
  | 'changed-on-disk'
  | 'too-large'
  | 'not-text'
  | 'no-git'
  | 'failed';
