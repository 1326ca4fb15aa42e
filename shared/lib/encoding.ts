/** How a file of text is encoded, by its byte order mark. */

/** The encoding that the first bytes of a text name, as TextDecoder knows it; UTF-8 where they name none. */
export function encodingOf(head: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  return head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : 'utf-8';
}
