import { equal, match, notEqual } from 'node:assert/strict';
import { chown, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check } from '../check.ts';
import { Stack } from '../stack.ts';

export interface Place {
  readonly folder: string;
  readonly port: number;
}

/** Checks bind mounts: the folder keeps its owner, so the owner matters. */
export function folderChecks(place: Place): Check[] {
  return [
    {
      name: 'bind mount: of uid 1000, works',
      run: () => keepsData(place, { name: 'berth-own', owner: 1000 }),
    },
    {
      name: 'bind mount: of another uid, works with `user:`',
      run: () => keepsData(place, { name: 'berth-other', owner: 1234, user: '1234:1234' }),
    },
    {
      name: 'bind mount: of root, ends with one line that names both uids',
      run: () => refusesFolderOfRoot(place),
    },
  ];
}

async function keepsData(
  { folder, port }: Place,
  { name, owner, user }: { name: string; owner: number; user?: string },
): Promise<void> {
  const data = await folderOf(owner, join(folder, name));
  const stack = await Stack.create({
    name,
    folder,
    port,
    volumes: [`${data}:/data`],
    ...(user !== undefined && { user }),
  });
  try {
    await stack.up();
    await startUpload(stack.url);
    const [entry] = await readdir(data);
    equal((await stat(join(data, entry ?? ''))).uid, owner);
  } finally {
    await stack.down();
  }
}

async function refusesFolderOfRoot({ folder, port }: Place): Promise<string> {
  const data = await folderOf(0, join(folder, 'berth-root'));
  const volumes = [`${data}:/data`];
  const stack = await Stack.create({ name: 'berth-root', folder, port, volumes });
  try {
    // `run` instead of `up`, because the restart policy would restart it again and again.
    const { code, output } = await stack.attemptCompose('run', '--rm', '-T', 'registry');
    notEqual(code, 0);
    const lines = output.split('\n').filter((line) => /uid/.test(line));
    equal(lines.length, 1, output);
    const [line = ''] = lines;
    match(line, /\buid 1000\b/);
    match(line, /\buid 0\b/);
    return line;
  } finally {
    await stack.down();
  }
}

async function folderOf(owner: number, folder: string): Promise<string> {
  await mkdir(folder, { mode: 0o755 });
  await chown(folder, owner, owner);
  return folder;
}

/** Leaves a file in the storage. */
async function startUpload(url: string): Promise<void> {
  const response = await fetch(`${url}/v2/proof/upload/blobs/uploads/`, { method: 'POST' });
  equal(response.status, 202);
}
