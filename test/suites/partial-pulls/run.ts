/**
 * Pulls parts of layers with the newest libraries of podman and of the stargz snapshotter, from Berth and from distribution.
 *
 * Fails if Berth sends more than 1.1 times the bytes of distribution. Linux, as root, because the storage is on overlay.
 *
 *   node test/suites/partial-pulls/run.ts
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { exitOnSignals } from '../../support/exit-on-signals.ts';
import { berth, peers, type Registry } from '../../../bench/registries.ts';
import { markdownTable } from '../../../bench/table.ts';
import { CountingProxy } from '../../support/counting-proxy.ts';
import { RegistryApi, type Descriptor } from '../clients/registry-api.ts';
import { buildProgram, runProgram } from './program.ts';

const MOST_RATIO = 1.1;
const REPOSITORY = 'team/app';

/** What a registry sent of one layer. */
interface Traffic {
  readonly bytes: number;
  /** The number of ranges in the request with the most. */
  readonly ranges: number;
}

interface Read {
  readonly title: string;
  /** The number of files in which the two versions of the image differ. */
  readonly changed: number;
  readonly perform: (image: Image) => Promise<void>;
}

/** An image that was pushed to a registry, in two versions. */
interface Image {
  /** The repository, which begins with the host of a proxy in front of the registry. */
  readonly proxied: string;
  readonly changed: number;
  readonly folder: string;
  /** The layer of the second version, and a file with its bytes. */
  readonly layer: Descriptor;
  readonly copy: string;
}

const pull = ({ proxied, folder, changed }: Image): Promise<void> =>
  runProgram('pull', proxied, folder, String(changed));
const readHoles = ({ proxied, layer, copy }: Image): Promise<void> =>
  runProgram('holes', proxied, layer.digest, copy);

const READS: readonly Read[] = [
  { title: 'containers/image: 400 changed files', changed: 400, perform: pull },
  // More than the library asks for in one request, so it uses its maximum of ranges.
  { title: 'containers/image: 1,500 changed files', changed: 1_500, perform: pull },
  { title: 'stargz-snapshotter: 100 holes', changed: 400, perform: readHoles },
];

async function main(): Promise<void> {
  const distribution = peers().find(({ name }) => name === 'distribution');
  if (distribution === undefined) {
    throw new Error('distribution is not installed: run `.ci/install-tools partial-pulls`');
  }
  buildProgram();
  const rows: string[][] = [];
  let failed = 0;
  for (const read of READS) {
    const ours = await measure(berth(), read);
    const theirs = await measure(distribution, read);
    rows.push([read.title, ...[ours.ranges, ours.bytes, theirs.bytes].map(String)]);
    if (ours.bytes > MOST_RATIO * theirs.bytes) failed++;
  }
  console.log(markdownTable(['read', 'ranges', 'bytes: Berth', 'bytes: distribution'], rows));
  console.log(`\n${rows.length - failed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}

/** Starts a registry and returns what it sends of the second version's layer. */
async function measure(registry: Registry, { changed, perform }: Read): Promise<Traffic> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-partial-pulls-'));
  const running = await registry.start();
  const proxy = await CountingProxy.start(running.url);
  try {
    const image = await push(running.url, proxy.host, folder, changed);
    await perform(image);
    return trafficOf(proxy, image.layer);
  } finally {
    await proxy.stop();
    await running.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function push(url: string, proxy: string, folder: string, changed: number): Promise<Image> {
  const repository = `${new URL(url).host}/${REPOSITORY}`;
  await runProgram('push', repository, folder, String(changed));
  const { body } = await new RegistryApi(url).manifest(REPOSITORY, 'v2');
  const [layer] = body.layers ?? [];
  if (layer === undefined) throw new Error(`${repository}:v2 has no layer`);
  const copy = join(folder, 'layer');
  await download(`${url}/v2/${REPOSITORY}/blobs/${layer.digest}`, copy);
  return { proxied: `${proxy}/${REPOSITORY}`, changed, folder, layer, copy };
}

async function download(url: string, file: string): Promise<void> {
  await writeFile(file, new Uint8Array(await (await fetch(url)).arrayBuffer()));
}

/** Returns what went through the proxy. */
function trafficOf(proxy: CountingProxy, layer: Descriptor): Traffic {
  const responses = proxy.take().filter(({ path }) => path.endsWith(layer.digest));
  return {
    bytes: responses.reduce((sum, { bytes }) => sum + bytes, 0),
    ranges: Math.max(...responses.map(({ ranges }) => ranges)),
  };
}

exitOnSignals();

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
