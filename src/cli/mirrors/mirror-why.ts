import { dataOf } from '../../api/client/berth-client.js';
import { type CommandContext } from '../command.js';
import { Output } from '../output/output.js';
import { type RegistryOptions } from '../target/target-options.js';
import { withRegistry } from '../target/target.js';
import { parseMirrorImage } from './mirror-image.js';

/** How `berth mirror why` is typed. */
export interface MirrorWhyOptions extends RegistryOptions {
  readonly json: boolean;
}

/** `berth mirror why`: prints what a running registry knows of a tag, and what a pull of it would get. @throws PlainFailure */
export async function mirrorWhy(
  context: CommandContext,
  options: MirrorWhyOptions,
  word: string,
): Promise<void> {
  await withRegistry(context, options, [word], async ({ target: { client }, paths }) => {
    const { mirror, ...query } = parseMirrorImage(paths[0] ?? word);
    const params = { path: { mirror }, query };
    const found = await dataOf(client.GET('/api/v1/mirrors/{mirror}/why', { params }));
    const output = new Output(context);
    if (options.json) output.json(found);
    else for (const sentence of found.sentences) output.line(sentence);
  });
}
