/** The look of a report: light and dark, and good on paper. */
import { strictPage } from './strict-page.ts';

/** `body` is markup; `stylesWithin`: the text of every style that pictures in it bring along. */
export function reportPage(title: string, body: string, stylesWithin: readonly string[] = []): string {
  return strictPage(title, pageStyle, `<main>\n${body.trimEnd()}\n</main>\n`, stylesWithin);
}

const pageStyle = `:root { color-scheme: light dark; --ink: #1b1f27; --dim: #5d6675; --line: #d9dee7; --panel: #f6f7f9; --fine: #1d7a46; --open: #9a5b00; --error: #b3261e; --page: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e7ed; --dim: #9aa4b5; --line: #333b49; --panel: #1d222b; --fine: #63c98d; --open: #e0a34a; --error: #f2877f; --page: #14181f; } }
body { background: var(--page); color: var(--ink); font: 14px/1.5 system-ui, sans-serif; margin: 0; }
main { margin: 0 auto; max-width: 1180px; padding: 32px 28px 64px; }
h1 { font-size: 24px; line-height: 1.25; margin: 0 0 4px; }
h2 { border-top: 1px solid var(--line); font-size: 17px; margin: 36px 0 10px; padding-top: 18px; }
h3 { font-size: 14px; margin: 18px 0 6px; }
p { margin: 6px 0; max-width: 90ch; }
.dim { color: var(--dim); }
.fine { color: var(--fine); font-weight: 600; }
.open { color: var(--open); font-weight: 600; }
.error { color: var(--error); font-weight: 600; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; width: 100%; }
th, td { border-bottom: 1px solid var(--line); overflow-wrap: break-word; padding: 6px 10px 6px 0; text-align: left; vertical-align: top; }
th { color: var(--dim); font-weight: 600; white-space: nowrap; }
tbody th { color: var(--ink); }
.word { white-space: nowrap; }
td.number { font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap; }
.matrix td, .matrix th { border: 1px solid var(--line); overflow-wrap: normal; padding: 6px 10px; }
.matrix .self { background: var(--panel); }
ul { margin: 4px 0; padding-left: 20px; }
li { margin: 3px 0; max-width: 100ch; }
figure { border: 1px solid var(--line); border-radius: 8px; margin: 12px 0; overflow-x: auto; padding: 8px; }
figure svg { display: block; height: auto; max-width: 100%; min-width: 640px; }
@media (max-width: 640px) { main { padding: 20px 16px 40px; } }
@media print {
  :root { color-scheme: light; --ink: #000; --dim: #444; --line: #bbb; --panel: #fff; --page: #fff; --fine: #1d7a46; --open: #9a5b00; --error: #b3261e; }
  @page { size: A4 landscape; margin: 14mm; }
  main { max-width: none; padding: 0; }
  .wide, figure { overflow: visible; }
  figure svg { max-height: 170mm; min-width: 0; }
  table { font-size: 11px; }
  tr, li, figure { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
}`;
