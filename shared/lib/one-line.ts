/**
 * Text from a file as part of one line: line breaks and control characters would end the line, or speak to a terminal or
 * to the reader of a pipeline's log in our name.
 */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
