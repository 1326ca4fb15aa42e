import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { git } from '../../shared/testing/git.ts';
import { programOnPath, runGit } from './run-git.ts';

let base: string;

beforeEach(async () => {
  base = await fs.realpath(await fs.mkdtemp(join(tmpdir(), 'zw-run-git-')));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await fs.rm(base, { recursive: true, force: true });
});

describe('runGit', () => {
  it('should never start a git that lies beside the design, also where PATH names the current folder', async () => {
    const mark = join(base, 'ran');
    await program(join(base, 'git'), `touch ${mark}`);
    vi.stubEnv('PATH', ['.', '', base.slice(1), process.env.PATH].join(delimiter));
    expect((await runGit(base, ['--version'])).toString()).toMatch(/^git version/);
    await expect(fs.stat(mark)).rejects.toThrow('ENOENT');
  });

  it('should tell git of every version to fetch nothing, to ask nothing and to run no hook or monitor', async () => {
    await program(join(base, 'git'), 'env; for word; do echo "arg $word"; done');
    vi.stubEnv('PATH', base + delimiter + process.env.PATH);
    vi.stubEnv('GIT_ALLOW_PROTOCOL', 'ext:file');
    vi.stubEnv('GIT_NO_LAZY_FETCH', '0');
    const lines = (await runGit(base, ['log'])).toString().split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'GIT_NO_LAZY_FETCH=1',
        'GIT_ALLOW_PROTOCOL=none',
        'GIT_TERMINAL_PROMPT=0',
        'GIT_OPTIONAL_LOCKS=0',
      ]),
    );
    expect(lines.filter((line) => line.startsWith('arg ')).map((line) => line.slice(4))).toEqual([
      '--no-pager',
      '--literal-pathspecs',
      '-c',
      'core.fsmonitor=false',
      '-c',
      'core.hooksPath=/dev/null',
      '-c',
      'log.showSignature=false',
      'log',
    ]);
  });

  it('should fetch with no program that a repository names', async () => {
    const [src, clone, mark] = [join(base, 'src'), join(base, 'clone'), join(base, 'ran')];
    git(base, 'init', '-q', src);
    await fs.writeFile(join(src, 'a'), 'x');
    git(src, 'add', '.');
    git(src, 'commit', '-qm', 'A');
    git(src, 'config', 'uploadpack.allowFilter', 'true');
    git(base, 'clone', '-q', '--no-checkout', '--filter=blob:none', `file://${src}`, clone);
    git(clone, 'config', 'remote.origin.uploadpack', `touch ${mark}; git-upload-pack`);
    // What the repository allows for itself must not count either.
    git(clone, 'config', 'protocol.file.allow', 'always');
    await expect(runGit(clone, ['cat-file', 'blob', 'HEAD:a'])).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringContaining('partial clone'),
    });
    await expect(fs.stat(mark)).rejects.toThrow('ENOENT');
    // An unguarded git does run it: the clone is one that could have done harm.
    git(clone, 'cat-file', 'blob', 'HEAD:a');
    await fs.stat(mark);
  });

  it('should say what is missing: git, the folder, a repository', async () => {
    await expect(runGit(base, ['log'])).rejects.toMatchObject({
      code: 'no-git',
      message: expect.stringContaining('is not in a git repository'),
    });
    await expect(runGit(join(base, 'gone'), ['log'])).rejects.toMatchObject({
      code: 'no-git',
      message: expect.stringContaining('is gone'),
    });
    vi.stubEnv('PATH', base);
    await expect(runGit(base, ['log'])).rejects.toMatchObject({
      code: 'no-git',
      message: expect.stringContaining('not installed'),
    });
  });

  it('should hand over what git is to read, and refuse an answer that is too large', async () => {
    const args = ['hash-object', '--stdin'];
    const expected = execFileSync('git', args, { cwd: base, input: 'x' }).toString();
    expect((await runGit(base, args, { input: 'x' })).toString()).toBe(expected);
    await expect(runGit(base, ['version', '--build-options'], { maxBytes: 10 })).rejects.toMatchObject({
      code: 'too-large',
    });
  });
});

describe('programOnPath', () => {
  it('should take the first program of that name and no folder, no plain file and no relative entry', async () => {
    const [a, b, c] = [join(base, 'a'), join(base, 'b'), join(base, 'c')];
    await fs.mkdir(join(a, 'git'), { recursive: true });
    await fs.mkdir(b);
    await fs.writeFile(join(b, 'git'), 'text', { mode: 0o644 });
    await fs.mkdir(c);
    await program(join(c, 'git'), 'true');
    expect(await programOnPath('git', [a, b, c].join(delimiter))).toBe(join(c, 'git'));
    expect(await programOnPath('git', `"${c}"`)).toBe(join(c, 'git'));
    expect(await programOnPath('git', ['', '.', a, b].join(delimiter))).toBeUndefined();
  });
});

async function program(path: string, script: string): Promise<void> {
  await fs.writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}
