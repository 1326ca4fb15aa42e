/**
 * Colours for one line of YAML. Enough to read by: keys, strings, numbers, comments. It looks at one line at a time, so
 * a long file costs only the lines in view; inside block text it may colour a word that looks like a key.
 */
export type TokenKind = 'plain' | 'key' | 'string' | 'number' | 'comment' | 'mark';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

/** The tokens of a line; joined they are the line. */
export function yamlTokens(line: string): Token[] {
  const tokens: Token[] = [];
  const take = (kind: TokenKind, text: string) => {
    if (text !== '') tokens.push({ kind, text });
  };
  if (/^\s*#/.test(line)) return [{ kind: 'comment', text: line }];
  if (/^(---|\.\.\.)\s*$/.test(line)) return [{ kind: 'mark', text: line }];
  let rest = line;
  const lead = /^(\s*(?:- +)*-?\s*)/.exec(rest)?.[0] ?? '';
  take('mark', lead);
  rest = rest.slice(lead.length);
  const key = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'{}[\],#&*!|>%@`][^:#{}[\],]*?)(?<!\s)(\s*:)(?=\s|$)/.exec(rest);
  if (key !== null) {
    take('key', key[1] ?? '');
    take('mark', key[2] ?? '');
    rest = rest.slice(key[0].length);
  }
  values(rest, take);
  return tokens;
}

function values(text: string, take: (kind: TokenKind, text: string) => void): void {
  const pattern = /(\s+#.*$)|("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')|([[\]{},])|(\s+)|([^\s[\]{},"']+|["'])/g;
  for (const match of text.matchAll(pattern)) {
    const [all, comment, quoted, mark, space, word] = match;
    if (comment !== undefined) take('comment', comment);
    else if (quoted !== undefined) take('string', quoted);
    else if (mark !== undefined) take('mark', mark);
    else if (space !== undefined) take('plain', space);
    else if (word !== undefined && /^-?(\d[\d_]*)(\.\d+)?$|^(true|false|null|~)$/.test(word)) take('number', word);
    else take('plain', all);
  }
}
