import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory that is there for the time of a test. */
export async function withDirectory(work: (path: string) => Promise<void>): Promise<void> {
  const path = await mkdtemp(join(tmpdir(), 'berth-server-'));
  try {
    await work(path);
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}
