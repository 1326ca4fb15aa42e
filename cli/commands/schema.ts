import { jsonSchema } from '../../shared/document/index.ts';
import { jsonText } from '../../shared/report/index.ts';
import { type CliCommand, UsageError } from '../command.ts';

export const command: CliCommand = {
  help: `Usage: zonewright schema

Prints the JSON Schema (draft 2020-12) of NAME.zones.yaml. Editors check and complete with it.
`,
  options: {},
  async run({ positionals }, io) {
    if (positionals.length > 0) throw new UsageError('schema takes no arguments.');
    await io.stdout(jsonText(jsonSchema()));
    return 0;
  },
};
