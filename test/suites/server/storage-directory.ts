import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs `work` with a temporary directory. */
export async function withDirectory(work: (path: string) => Promise<void>): Promise<void> {
  const path = await mkdtemp(join(tmpdir(), 'berth-server-'));
  try {
    await work(path);
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}
