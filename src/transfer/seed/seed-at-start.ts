import { type Storage } from '../../storage/ports/storage.js';

/** Loads the images at `path` as `seed` does, if `path` is not empty: who has no seeds starts without the code for them. */
export async function seedAtStart(
  storage: Storage,
  path: string,
  report: (image: string) => void,
): Promise<void> {
  if (path === '') return;
  const { seed } = await import('./seed.js');
  await seed(storage, path, report);
}
