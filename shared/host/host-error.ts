import type { FileErrorCode } from '../lib/file-error-code.ts';

/** What a host rejects with. The message can be shown to a person as it is. */
export class HostError extends Error {
  readonly code: FileErrorCode;

  constructor(code: FileErrorCode, message: string) {
    super(message);
    this.name = 'HostError';
    this.code = code;
  }
}

/**
 * How an answer crosses the process border. Errors travel as data, because neither Electron's IPC nor JSON keeps the
 * fields of a thrown error.
 */
export type Answer<T> =
  | { readonly ok: true; readonly value?: T }
  | { readonly ok: false; readonly code: FileErrorCode; readonly message: string };

/** The value of an answer, or the HostError it carries, thrown. */
export function unwrapAnswer<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new HostError(answer.code, answer.message);
  return answer.value as T;
}
