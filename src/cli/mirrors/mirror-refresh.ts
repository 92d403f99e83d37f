import { dataOf, type BerthClient } from '../../api/client/berth-client.js';
import { type CommandContext } from '../command.js';
import { Output } from '../output/output.js';
import { type RegistryOptions } from '../target/target-options.js';
import { withRegistry } from '../target/target.js';
import { mirrorImageText, parseMirrorImage, type MirrorImage } from './mirror-image.js';

/** How `berth mirror refresh` is typed. */
export interface RefreshOptions extends RegistryOptions {
  readonly json: boolean;
}

type Refreshed = Awaited<ReturnType<typeof refresh>>;

/**
 * `berth mirror refresh`: has a running registry ask the other registry for a tag now. Resolves to whether the tag exists there.
 *
 * @throws PlainFailure
 */
export function mirrorRefresh(
  context: CommandContext,
  options: RefreshOptions,
  word: string,
): Promise<boolean> {
  return withRegistry(context, options, [word], async ({ target: { client }, paths }) => {
    const [path = word] = paths;
    const image = parseMirrorImage(path);
    const output = new Output(context);
    const refreshed = await refresh(client, image);
    if (options.json) output.json(refreshed);
    else for (const line of linesOf(image.mirror, refreshed)) output.line(line);
    return refreshed.outcome !== 'gone';
  });
}

function refresh(client: BerthClient, { mirror, ...body }: MirrorImage) {
  const params = { path: { mirror } };
  return dataOf(client.POST('/api/v1/mirrors/{mirror}/refresh', { params, body }));
}

function linesOf(mirror: string, { outcome, digest = '', previous, ...tag }: Refreshed): string[] {
  const name = mirrorImageText({ mirror, ...tag } as MirrorImage);
  const before = previous === undefined ? [] : [`before, it pointed to ${previous}`];
  if (outcome === 'gone') return [`${name} does not exist in the other registry`, ...before];
  const how =
    outcome === 'same' ? 'still points' : outcome === 'moved' ? 'moved' : 'is new: it points';
  return [`${name} ${how} to ${digest}`, ...before];
}
