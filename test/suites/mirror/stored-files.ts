import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Resolves to how many files below `folder` have these bytes. A file with several names counts once. */
export async function copiesOf(folder: string, bytes: Buffer): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = new Set<number>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    // A file of the server's work may be gone by now.
    const file = await stat(path).catch(() => undefined);
    if (file?.size !== bytes.byteLength || found.has(file.ino)) continue;
    if (bytes.equals(await readFile(path))) found.add(file.ino);
  }
  return found.size;
}
