import { type ChildProcess } from 'node:child_process';

/** Sends a signal to a child process when this process exits before it. */
export function endWithUs(child: ChildProcess, signal: NodeJS.Signals): void {
  const end = (): boolean => child.kill(signal);
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
}
