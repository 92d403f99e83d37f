import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The sources of a build. A folder's own time changes when a file is removed. */
const SOURCES = [
  'src',
  'console',
  'build',
  'package.json',
  'package-lock.json',
  'nest-cli.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

/** The time of this file is the start of the last build, because later changes may not be in the build. */
const STAMP = 'dist/.built';

/** Returns whether the project at `root` was not built yet, or a source changed after the last build began. */
export function needsBuild(root: string): boolean {
  const built = modifiedMs(join(root, STAMP));
  return built === undefined || SOURCES.some((source) => newestMs(join(root, source)) >= built);
}

/** Records a successful build that began at `beganMs`, in milliseconds since 1970. */
export function stampBuild(root: string, beganMs: number): void {
  const stamp = join(root, STAMP);
  writeFileSync(stamp, '');
  utimesSync(stamp, beganMs / 1_000, beganMs / 1_000);
}

/** Returns the newest time of a file, or of a folder and everything in it. */
function newestMs(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return found?.mtimeMs ?? 0;
  const inside = readdirSync(path).map((name) => newestMs(join(path, name)));
  return Math.max(found.mtimeMs, ...inside);
}

function modifiedMs(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
