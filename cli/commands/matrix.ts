import {
  matrixAsCsv,
  matrixAsHtml,
  matrixAsJson,
  matrixAsMarkdown,
  matrixAsText,
  matrixTable,
} from '../../shared/report/index.ts';
import { type CliCommand, oneOf, UsageError } from '../command.ts';
import { nameOf, readDesignText, wholeDesign } from '../design.ts';

const prints = {
  txt: matrixAsText,
  csv: matrixAsCsv,
  md: matrixAsMarkdown,
  html: matrixAsHtml,
  json: matrixAsJson,
} as const;

export const command: CliCommand = {
  help: `Usage: zonewright matrix FILE [OPTIONS]

Prints what drawn flows may do from zone to zone: the cells as the design writes them, and what trust decides where it
writes none, with the number of flows that are drawn. FILE - is standard input.

  --format txt|csv|md|html|json   how to print it (default: txt)

Exit codes: 0 fine, 2 bad usage or unreadable input.
`,
  options: { format: { type: 'string' } },
  async run({ values, positionals }, io) {
    const format = oneOf(values, 'format', ['txt', 'csv', 'md', 'html', 'json'], 'txt');
    const [argument, ...more] = positionals;
    if (argument === undefined || more.length > 0) throw new UsageError('name one design, or - for standard input.');
    const { document } = wholeDesign(await readDesignText(argument, io), nameOf(argument));
    await io.stdout(prints[format](matrixTable(document.topology)));
    return 0;
  },
};
