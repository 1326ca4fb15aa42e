import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checksAsScript } from '../shared/report/index.ts';

const run = promisify(execFile);

/**
 * Answers as kubectl would for pods called by the app they are selected by. `debug` fails for `sealed`; the container of
 * each check ends with what the port says: 1000 and that code, and never where the port is 2000. Whoever asks for `lost`
 * gets no answer from the cluster.
 */
const kubectl = String.raw`#!/bin/sh
line=; for word in "$@"; do line="$line<$word>"; done
# At once: several checks ask at a time.
printf '%s\n' "$line" >>"$LOG"
all="$*"
container() { printf '%s\n' "$all" | sed -E 's/.*(zonewright-[0-9]+-[0-9]+-[0-9]+).*/\1/'; }
case "$all" in
  *"get pods -l app=gone"*) ;;
  *"get pods -l app=lost"*) echo 'Unable to connect to the server: i/o timeout' >&2; exit 1 ;;
  *"get pods -l app="*metadata.name*) printf '%s\n' "$all" | sed -E 's/.*app=([a-z]*).*/\1-0/'; echo another ;;
  *status.podIP*) echo 10.0.0.9; echo 10.0.0.10 ;;
  *" debug sealed-0 "*) echo 'pods "sealed-0" is forbidden: cannot patch ephemeralcontainers' >&2; exit 1 ;;
  *" debug "*) printf '%s\n' "$all" | sed 's/.* //' >"$LOG.$(container)" ;;
  *terminated.exitCode*) port=$(cat "$LOG.$(container)"); [ "$port" -lt 2000 ] && echo $((port - 1000)) ;;
  *waiting.reason*) echo ErrImagePull ;;
esac
exit 0
`;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zw-checks-'));
  await writeFile(join(folder, 'kubectl'), kubectl);
  await chmod(join(folder, 'kubectl'), 0o755);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Check = readonly [from: string, to: string, port: number, isAllowed: boolean];

async function check(...checks: readonly Check[]) {
  return checkWith({}, ...checks);
}

const images = { zone: 'front-end', registries: ['registry.example.com/front', 'x\ntouch y'], pin: 'digest' };

async function checkWith(environment: Readonly<Record<string, string>>, ...checks: readonly Check[]) {
  const end = (app: string) => ({ kind: 'Deployment', namespace: 'shop', name: app, selector: { app } });
  const script = checksAsScript(
    checks.map(([from, to, port, isAllowed]) => ({
      name: `${from}-${to}`,
      from: end(from),
      to: end(to),
      protocol: 'TCP',
      port,
      isAllowed,
      ...(from === 'limited' && { images }),
    })),
  );
  const path = join(folder, 'checks.sh');
  await writeFile(path, script);
  const env = {
    ...process.env,
    PATH: `${folder}:${process.env.PATH}`,
    LOG: join(folder, 'log'),
    WAIT: '0',
    ...environment,
  };
  const { SHELL_OF_TEST = 'sh' } = environment;
  const { stdout, code } = await run(SHELL_OF_TEST, [path], { env }).then(
    (done) => ({ ...done, code: 0 }),
    (failed: { stdout: string; code: number }) => failed,
  );
  return { lines: stdout.trimEnd().split('\n'), code, asked: await readFile(join(folder, 'log'), 'utf8') };
}

describe('the script of checks', () => {
  it('should pass where what is drawn works and the rest does not', async () => {
    const { lines, code, asked } = await check(['web', 'api', 1000, true], ['web', 'api', 1001, false]);
    expect(lines).toEqual(['passed 2, failed 0, skipped 0, could not be tested 0']);
    expect(code).toBe(0);
    expect(asked).toMatch(
      /<debug><web-0><--container><zonewright-\d+-\d+-1>.*<--><nc><-z><-w><3><10\.0\.0\.9><1000>\n/,
    );
  });

  it('should fail where the cluster does otherwise', async () => {
    const { lines, code } = await check(['web', 'api', 1001, true], ['web', 'api', 1000, false]);
    expect(lines).toEqual([
      'failed: shop app=web to shop app=api tcp 1001 is denied and has to be allowed',
      'failed: shop app=web to shop app=api tcp 1000 is allowed and has to be denied',
      'passed 0, failed 2, skipped 0, could not be tested 0',
    ]);
    expect(code).toBe(1);
  });

  it('should take nothing for denied that it could not try', async () => {
    const { lines, code } = await check(
      ['sealed', 'api', 1001, false],
      ['web', 'api', 1127, false],
      ['web', 'api', 2000, false],
      ['gone', 'api', 1001, false],
    );
    expect(lines).toEqual([
      'could not be tested: shop app=sealed to shop app=api tcp 1001: pods "sealed-0" is forbidden: cannot patch ephemeralcontainers',
      'could not be tested: shop app=web to shop app=api tcp 1127: nc ended with 127',
      'could not be tested: shop app=web to shop app=api tcp 2000: the container did not run to its end in 0 seconds ErrImagePull',
      'skipped: shop app=gone to shop app=api tcp 1001: no running pod',
      'passed 0, failed 0, skipped 1, could not be tested 3',
    ]);
    expect(code).toBe(2);
  });

  it('should not pass where no pod runs or nobody answers', async () => {
    const gone = await check(['gone', 'api', 1001, false]);
    expect(gone.code).toBe(2);
    expect(gone.lines.at(-1)).toBe('nothing was tested: is this the cluster of the design?');
    const lost = await check(['web', 'api', 1000, true], ['lost', 'api', 1001, false]);
    expect(lost.code).toBe(2);
    expect(lost.lines[0]).toBe(
      'could not be tested: shop app=lost to shop app=api tcp 1001: Unable to connect to the server: i/o timeout',
    );
  });

  // Admission of the API server judges the image of an ephemeral container as that of any other.
  it('should try from a zone that takes only some images with the one named for it', async () => {
    const checks = [
      ['web', 'api', 1000, true],
      ['limited', 'api', 1000, true],
    ] as const;
    const used = (asked: string) => [...asked.matchAll(/<debug>.*<--image><([^>]*)>/g)].map((m) => m[1]).sort();
    expect(used((await checkWith({ IMAGE_front_end: 'x/nc@sha256:0', IMAGE: 'nc:1' }, ...checks)).asked)).toEqual([
      'nc:1',
      'x/nc@sha256:0',
    ]);
    expect(await readFile(join(folder, 'checks.sh'), 'utf8')).toContain(
      '# zone front-end takes images from registry.example.com/front, x touch y by digest only\n',
    );
  });

  it('should ask the context that is named, whatever characters it has', async () => {
    const { asked, code } = await checkWith({ CONTEXT: 'my *prod* cluster' }, ['web', 'api', 1000, true]);
    expect(code).toBe(0);
    expect(asked.split('\n').filter((l) => l !== '' && !l.startsWith('<--context><my *prod* cluster>'))).toEqual([]);
  });

  it('should tell many in their order, in any shell', async () => {
    const many = Array.from({ length: 20 }, (_, i): Check => ['web', 'api', 1001, i % 7 === 0]);
    for (const shell of ['sh', 'bash', 'dash']) {
      if (!(await isThere(shell))) continue;
      const { lines, code } = await checkWith({ SHELL_OF_TEST: shell, JOBS: '3' }, ...many);
      expect(lines.at(-1)).toBe('passed 17, failed 3, skipped 0, could not be tested 0');
      expect(code).toBe(1);
    }
  });
});

async function isThere(command: string): Promise<boolean> {
  return run(command, ['-c', ':']).then(
    () => true,
    () => false,
  );
}
