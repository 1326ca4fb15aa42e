import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { writeAtomic } from '../../electron/files/write-atomic.ts';
import { liveChecks } from '../../shared/analysis/index.ts';
import { checksAsNetassert, checksAsScript } from '../../shared/report/index.ts';
import { type CliCommand, textOption, UsageError } from '../command.ts';
import { nameOf, readDesignText, wholeDesign } from '../design.ts';

export const command: CliCommand = {
  help: `Usage: zonewright checks FILE --out DIR

Writes, for each cluster of a design, tests of what is drawn: connections that have to work, and connections that have to
fail. They are run by you, in your cluster, with your rights.

  CLUSTER-netassert.yaml   for netassert, version 2
  CLUSTER-checks.sh        a script that needs kubectl (1.32 or later) alone; it exits with 1 where a check fails, and with
                           2 where something could not be tested. IMAGE names the image it tries with, and IMAGE_ZONE
                           the one for a zone that takes only some images

  --out DIR   the folder to write to

Exit codes: 0 fine, 2 bad usage or unreadable input.
`,
  options: { out: { type: 'string' } },
  async run({ values, positionals }, io) {
    const [file, ...more] = positionals;
    const out = textOption(values, 'out');
    if (file === undefined || more.length > 0) throw new UsageError('name one design.');
    if (out === undefined) throw new UsageError('name the folder to write to with --out.');
    const { document } = wholeDesign(await readDesignText(file, io), nameOf(file));
    const folder = resolve(io.cwd, out);
    await mkdir(folder, { recursive: true });
    for (const { cluster, checks: own, leftOut } of liveChecks(document.topology)) {
      await writeAtomic(join(folder, `${cluster}-netassert.yaml`), checksAsNetassert(own));
      await writeAtomic(join(folder, `${cluster}-checks.sh`), checksAsScript(own));
      const allowed = own.filter((c) => c.isAllowed).length;
      await io.stdout(`${cluster}: ${allowed} that have to work, ${own.length - allowed} that have to fail.\n`);
      if (leftOut > 0)
        io.stderr(
          `${cluster}: ${leftOut} more that have to fail are left out; those written are spread over all of them.\n`,
        );
    }
    return 0;
  },
};
