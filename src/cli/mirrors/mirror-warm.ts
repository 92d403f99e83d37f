import { problemOf } from '../../api/client/api-problem.js';
import { type BerthClient } from '../../api/client/berth-client.js';
import { type CommandContext } from '../command.js';
import { Output, shortDigest, sizeText } from '../output/output.js';
import { PlainFailure } from '../plain-failure.js';
import { type RegistryOptions } from '../target/target-options.js';
import { withRegistry } from '../target/target.js';

/** How `berth mirror warm` is typed. */
export interface WarmOptions extends RegistryOptions {
  readonly json: boolean;
}

/** A line of the stream. */
interface Step {
  readonly image?: string;
  readonly digest?: string;
  readonly platform?: string;
  readonly fetchedBytes?: number;
  readonly reason?: string;
  readonly manifests?: number;
  readonly failed?: number;
}

/**
 * `berth mirror warm`: has a running registry fetch images before clients ask for them, and prints what is stored. Resolves to whether
 * no image failed.
 *
 * @throws PlainFailure
 */
export function mirrorWarm(
  context: CommandContext,
  options: WarmOptions,
  mirror: string,
  words: readonly string[],
): Promise<boolean> {
  return withRegistry(context, options, [], async ({ target: { client } }) => {
    const output = new Output(context);
    // People also type the names that images have in this registry.
    const images = words.map((word) =>
      word.startsWith(`${mirror}/`) ? word.slice(mirror.length + 1) : word,
    );
    let last: Step = {};
    for await (const step of stepsOf(client, mirror, images)) {
      if (options.json) output.jsonLine(step);
      else for (const line of linesOf(step)) output.line(line);
      last = step;
    }
    if (last.manifests !== undefined) return last.failed === 0;
    throw new PlainFailure('the registry ended the work; what was fetched is stored, so repeat it');
  });
}

async function* stepsOf(
  client: BerthClient,
  mirror: string,
  images: readonly string[],
): AsyncGenerator<Step> {
  const { data, error, response } = await client.POST('/api/v1/mirrors/{mirror}/warm', {
    params: { path: { mirror } },
    body: images.length === 0 ? {} : { images: [...images] },
    parseAs: 'stream',
  });
  const body = data as ReadableStream<Uint8Array> | null | undefined;
  if (!response.ok || !body) throw problemOf(response, error);
  for await (const line of textLinesOf(body)) {
    const step = JSON.parse(line) as Step | { readonly working: true };
    if (!('working' in step)) yield step;
  }
}

/** Yields the lines of a body. One that is cut ends them. */
async function* textLinesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of body) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    if (!(error instanceof Error) || error.name === 'SyntaxError') throw error;
  }
}

function linesOf({ image = '', digest, platform, fetchedBytes = 0, reason, ...sum }: Step) {
  if (reason !== undefined) return [`${image} failed: ${reason}`];
  if (digest !== undefined) {
    const bytes = fetchedBytes === 0 ? 'stored before' : `${sizeText(fetchedBytes)} fetched`;
    const what = [image, ...(platform === undefined ? [] : [platform]), shortDigest(digest)];
    return [`${what.join(' ')}: ${bytes}`];
  }
  const { manifests = 0, failed = 0 } = sum;
  const stored = manifests === 1 ? '1 manifest is stored' : `${manifests} manifests are stored`;
  return [failed === 0 ? stored : `${stored}; failed: ${failed}`];
}
