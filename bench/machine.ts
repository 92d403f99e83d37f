import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem, type as osName } from 'node:os';

/** Returns the facts about the machine on which figures depend, each in a few words. */
export function machineFacts(directory: string): Readonly<Record<string, string>> {
  const processors = cpus();
  return {
    processor: `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    kernel: `${osName()} ${release()}`,
    'file system': fileSystemOf(directory),
    Node: process.version,
    Go: run('go', ['version']).replace(/^go version go/, ''),
  };
}

function fileSystemOf(directory: string): string {
  return run('df', ['--output=fstype', directory]).split('\n').at(-1) ?? '';
}

function run(command: string, args: readonly string[]): string {
  return execFileSync(command, args, { encoding: 'utf8' }).trim();
}
