/** Git as tests run it: as Ann, unsigned, on a branch called main, whatever the machine's own settings say. */
import { execFileSync } from 'node:child_process';

const settings = {
  'user.name': 'Ann',
  'user.email': 'ann@example.com',
  'commit.gpgsign': 'false',
  'tag.gpgsign': 'false',
  'init.defaultBranch': 'main',
};

/** `git(folder, 'commit', '-qm', 'First')`. Throws where git fails, with what it said. */
export function git(folder: string, ...args: readonly string[]): void {
  const options = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  execFileSync('git', [...options, ...args], { cwd: folder, stdio: 'pipe' });
}
