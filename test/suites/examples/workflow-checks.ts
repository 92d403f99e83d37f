import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { parse } from 'yaml';

import { freePort, PROJECT_ROOT } from '../../support/server-process.ts';
import { type Check } from './checks.ts';
import { endGroup, environmentOn, NODE_24 } from './command.ts';
import { install } from './package-checks.ts';

const WORKFLOW = join(PROJECT_ROOT, 'examples/ci/github-actions.yml');
const START = 'Start a registry';

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}

interface Step {
  readonly name?: string;
  readonly run?: string;
}

/** Checks the shell lines of the example workflow. The rest needs a GitHub runner. */
export function workflowChecks(tarball: string, work: string): Check[] {
  const folder = join(work, 'workflow');
  return [
    {
      name: `the workflow's step "${START}" leaves a registry that responds`,
      run: async () => {
        await install(tarball, folder);
        const port = await freePort();
        const script = (await startScript()).replaceAll('5000', String(port));
        return inShell(script, folder, async () => {
          const { status } = await fetch(`http://localhost:${port}/v2/`);
          if (status !== 200) throw new Error(`it responds with ${status}`);
          return script;
        });
      },
    },
  ];
}

async function startScript(): Promise<string> {
  const { jobs } = parse(await readFile(WORKFLOW, 'utf8')) as Workflow;
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  const script = steps.find(({ name }) => name === START)?.run;
  if (script === undefined) throw new Error(`there is no step "${START}"`);
  return script;
}

/** Runs `script` as a runner does, then `use`, then ends the processes that the script left running. */
async function inShell<T>(script: string, folder: string, use: () => Promise<T>): Promise<T> {
  const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', script], {
    cwd: folder,
    env: environmentOn(NODE_24),
    detached: true,
    stdio: 'inherit',
  });
  const end = (): void => endGroup(child.pid);
  process.once('exit', end);
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`the script ended with ${String(code)}`);
    return await use();
  } finally {
    process.off('exit', end);
    end();
  }
}
