import { deepEqual, equal } from 'node:assert/strict';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check } from '../check.ts';
import { docker } from '../command.ts';
import { writeLayout } from '../oci-layout.ts';
import type { SampleImage } from '../sample-image.ts';
import { Stack } from '../stack.ts';
import type { Place } from './folders.ts';

/** Checks that images are loaded at the start. `stack` has the sample, and is stopped. */
export async function seedingChecks(
  stack: Stack,
  sample: SampleImage,
  { folder, port }: Place,
): Promise<Check[]> {
  const project = join(folder, 'seeded');
  const seeded = await Stack.create({
    name: 'berth-seeded',
    folder: project,
    port,
    file: join(project, 'docker-compose.yml'),
  });
  return [
    {
      name: 'seeding: the commented lines of the compose file, enabled, load the images',
      run: async () => {
        await writeSeeds(join(project, 'seed'), stack, sample);
        await writeFile(join(project, 'docker-compose.yml'), await uncommented());
        await seeded.up();
        equal((await seeded.log()).match(/Seeded/g)?.length, 2);
      },
    },
    {
      name: 'seeding: a docker save file is pulled as the original image, and runs',
      run: () => sample.pullAfresh(`${seeded.address}/${sample.name}`),
    },
    {
      name: 'seeding: an OCI layout is pulled under its digest, and runs',
      run: async () => {
        equal(await seeded.digestOf('layout', sample.tag), sample.digest);
        return sample.pullAfresh(`${seeded.address}/layout:${sample.tag}`);
      },
    },
    {
      name: 'seeding: the next start loads nothing again',
      run: async () => {
        const before = await contentOf(seeded);
        await seeded.compose('restart');
        await seeded.up();
        equal(await seeded.digestOf('layout', sample.tag), sample.digest);
        deepEqual(await contentOf(seeded), before);
      },
    },
    {
      name: 'seeding: SIGTERM ends it while it loads',
      run: async () => {
        await seeded.down();
        await seeded.compose('up', '--detach');
        await untilLoading(seeded);
        const took = await seeded.stop(5_000);
        await seeded.down();
        return took;
      },
    },
  ];
}

async function writeSeeds(folder: string, stack: Stack, sample: SampleImage): Promise<void> {
  await mkdir(folder, { recursive: true });
  await docker('save', '--output', join(folder, 'sample.tar'), sample.localName);
  // docker makes the file readable only for its owner, which is not the server's user.
  await chmod(join(folder, 'sample.tar'), 0o644);
  await stack.up();
  await writeLayout(join(folder, 'layout'), `${stack.url}/v2/${sample.repository}`, sample.tag);
  await stack.stop();
}

async function uncommented(): Promise<string> {
  const file = await readFile('docker-compose.yml', 'utf8');
  const lines = file.replace(/^( +)# (- \.\/seed:.*|REGISTRY_SEED_PATH:.*)$/gm, '$1$2');
  equal(lines.match(/^ +(- \.\/seed:|REGISTRY_SEED_PATH:)/gm)?.length, 2);
  return lines;
}

async function untilLoading(stack: Stack): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    const { stdout } = await stack.attemptExec('find', '/data', '-type', 'f', '-size', '+1M');
    if (stdout !== '') return;
  }
  throw new Error(`nothing is loaded\n${await stack.log()}`);
}

/** Lists the files of content and of tags, each with its inode: a file that was written again has another one. Counts of pulls are left out. */
async function contentOf(stack: Stack): Promise<string[]> {
  const folders = ['/data/blobs', '/data/repositories'];
  const listed = await stack.exec(
    'find',
    ...folders,
    ...['-type', 'f', '-not', '-path', '*/usage/*', '-printf', String.raw`%p %i\n`],
  );
  return listed.split('\n').toSorted();
}
