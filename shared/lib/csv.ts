/**
 * One cell of RFC 4180. A spreadsheet takes text that begins with = + - @ for a formula, so such text gets a quote in
 * front; numbers belong in columns of their own, because it would take a range such as 1-2 for a date.
 */
export function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
