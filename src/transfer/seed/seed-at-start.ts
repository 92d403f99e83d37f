import { type Storage } from '../../storage/ports/storage.js';
import { type SeedReport } from './seed.js';

/** Loads the images at `path` like `seed`. If `path` is empty, the code for seeds is not even imported. */
export async function seedAtStart(
  storage: Storage,
  path: string,
  report: SeedReport,
): Promise<void> {
  if (path === '') return;
  const { seed } = await import('./seed.js');
  await seed(storage, path, report);
}
