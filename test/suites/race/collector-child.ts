import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import type { PassReport } from './collector-process.ts';
import type { Ledger } from './ledger.ts';

const SCRIPT = join(import.meta.dirname, 'collector-process.ts');

/** A collector in its own process. */
export interface CollectorChild {
  /** Ends it after its current pass. */
  stop(): Promise<void>;
}

export function startCollector(directory: string, ledger: Ledger): CollectorChild {
  const child = start([directory], ledger);
  const ended = once(child, 'exit');
  let stopping = false;
  void ended.then(() => {
    if (!stopping) ledger.violation('the collector ended by itself');
  });
  return {
    stop: async () => {
      stopping = true;
      child.kill('SIGTERM');
      await ended;
      if (child.exitCode !== 0) ledger.violation(`the collector ended with ${child.exitCode}`);
    },
  };
}

export async function collectOnce(directory: string, ledger: Ledger): Promise<void> {
  const [code] = (await once(start([directory, '--once'], ledger), 'exit')) as [number | null];
  if (code !== 0) ledger.violation(`the last pass ended with ${code}`);
}

function start(args: readonly string[], ledger: Ledger): ChildProcess {
  const child = fork(SCRIPT, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.on('message', (report: PassReport) => {
    ledger.counts.passes++;
    ledger.counts.collected += report.collected;
    ledger.counts['bytes freed'] += report.freed;
    if (report.freed > 0) ledger.counts['passes that freed']++;
  });
  const killWithUs = (): boolean => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  child.once('exit', () => process.off('exit', killWithUs));
  return child;
}
