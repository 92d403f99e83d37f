import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { runLoad, type LoadResult } from './load.ts';
import { berthOn, freshDirectory, launch, type RunningRegistry } from './registries.ts';

/** The name of the mirror, and of the repositories in the other registry and in this one. */
export const MIRROR = 'up';
export const IMAGE = 'bench/image';
export const MIRRORED = `${MIRROR}/${IMAGE}`;

/** An image that a workload pushes or pulls. */
export interface LoadImage {
  readonly repository: string;
  /** The name from which its bytes follow. */
  readonly content: string;
  /** How many layers of 64 MiB it has. */
  readonly layers: number;
}

/** Starts Berth with a mirror of the registry at `url`. Its store is deleted when it stops. */
export async function startMirror(url: string): Promise<RunningRegistry> {
  const directory = freshDirectory();
  const file = join(directory, 'mirrors.yaml');
  const entry = { name: MIRROR, url, addresses: 'private', fresh: '1d' };
  mkdirSync(join(directory, 'data'));
  writeFileSync(file, `mirrors: [${JSON.stringify(entry)}]\n`);
  const running = await berthOn(join(directory, 'data'), { REGISTRY_MIRRORS_FILE: file });
  const stop = async (): Promise<void> => {
    await running.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  return { ...running, stop };
}

/** Starts a link to a registry that lets so many bytes a second through. */
export function startLink(
  registry: RunningRegistry,
  bytesPerSecond: number,
): Promise<RunningRegistry> {
  const target = new URL(registry.url).port;
  const program = join(import.meta.dirname, 'slow-link.ts');
  return launch(process.execPath, (port) => [
    program,
    String(port),
    target,
    String(bytesPerSecond),
  ]);
}

/** Runs one workload on an image. The cost is that of the server at `registry`. */
export async function loadOf(
  registry: RunningRegistry,
  workload: string,
  { repository, content, layers }: LoadImage,
  scale = 1,
): Promise<LoadResult> {
  const [result] = await runLoad(registry, [workload], { repository, content, layers, scale });
  if (result === undefined) throw new Error(`${workload} printed no result`);
  return result;
}
