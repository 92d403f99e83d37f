import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { PROJECT_ROOT, startServer, type ServerProcess } from '../../support/server-process.js';
import { pushExampleImages } from '../server/example-images.js';

/** Shells without the configuration of the person who runs the tests. */
const SHELLS = {
  bash: 'bash --noprofile --norc -i',
  zsh: 'zsh -f -i',
} as const;

/** Defines `berth`: completion goes to the built command, and any other call only shows what was typed. */
const BERTH = `berth() {
  case "$1" in
    __complete | completion) '${process.execPath}' '${join(PROJECT_ROOT, 'dist/main.js')}' "$@" ;;
    *) echo "RAN<$*>" ;;
  esac
}
`;

describe('completion', () => {
  let cwd: string;
  let server: ServerProcess;
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'berth-shells-'));
    await writeFile(join(cwd, 'berth.sh'), BERTH);
    server = await startServer({ driver: 'filesystem', storagePath: join(cwd, 'data') });
    await pushExampleImages(server.url);
  });
  afterAll(async () => {
    await server.stop();
    await rm(cwd, { recursive: true });
  });

  /** Types lines in a terminal, and resolves to the calls of `berth` that the shell made of them. */
  async function typed(shell: keyof typeof SHELLS, lines: readonly string[]): Promise<string[]> {
    const child = spawn('script', ['-qec', SHELLS[shell], '/dev/null'], {
      cwd,
      env: {
        PATH: process.env['PATH'],
        HOME: cwd,
        TERM: 'xterm',
        BERTH_REGISTRY: server.url,
      },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const load = ['source ./berth.sh', `source <(berth completion ${shell})`];
    for (const line of [...load, ...lines, 'exit']) child.stdin.write(`${line}\r`);
    await once(child, 'close');
    return [...output.matchAll(/RAN<([^$>]*)>/g)].map(([, words = '']) => words.trimEnd());
  }

  const host = () => new URL(server.url).host;

  it.each(Object.keys(SHELLS) as (keyof typeof SHELLS)[])(
    'in %s ends commands, options, repositories and tags, also those of a host',
    async (shell) => {
      expect(
        await typed(shell, [
          'berth hist\tteam/a\t:1.1\t',
          'berth rm --y\tlib/b\t:la\t',
          'berth tok\tcr\t--rep\tx',
          'berth prune te\tli\t',
          `berth inspect ${host()}/te\t:1.0\t`,
          'berth tag team/app:1.0\tnew',
        ]),
      ).toEqual([
        'history team/app:1.1',
        'rm --yes lib/base:latest',
        'token create --repositories x',
        'prune team/app lib/base',
        `inspect ${host()}/team/app:1.0`,
        'tag team/app:1.0 new',
      ]);
    },
  );

  it.each(Object.keys(SHELLS) as (keyof typeof SHELLS)[])(
    'in %s shows all tags where several are possible',
    async (shell) => {
      const child = await typed(shell, ['berth history team/app:pr\t1']);
      // The common beginning is typed, and nothing more.
      expect(child).toEqual(['history team/app:pr-1']);
    },
  );
});
