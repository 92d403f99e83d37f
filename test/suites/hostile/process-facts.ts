import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Returns the resident memory of a process, in MiB. Linux only, like the rest of this suite. */
export async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kib === undefined) throw new Error('/proc has no VmRSS');
  return Number(kib) / 1024;
}

/**
 * Waits until the process has less memory than `mib`, as garbage is collected. Returns the memory
 * then, or at the timeout.
 */
export async function settledMiB(pid: number, mib: number, withinMs = 10_000): Promise<number> {
  for (const deadline = Date.now() + withinMs; ; await sleep(200)) {
    const resident = await residentMiB(pid);
    if (resident < mib || Date.now() > deadline) return resident;
  }
}

/** Returns how many files and sockets a process has open. */
export async function openFiles(pid: number): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`)).length;
}

/** Waits until the process has at most `count` files open. Returns the number then, or at the timeout. */
export async function settledFiles(pid: number, count: number, withinMs: number): Promise<number> {
  for (const deadline = Date.now() + withinMs; ; await sleep(50)) {
    const open = await openFiles(pid);
    if (open <= count || Date.now() > deadline) return open;
  }
}
