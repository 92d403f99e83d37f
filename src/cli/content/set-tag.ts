import { dataOf } from '../../api/client/berth-client.js';
import { type CommandContext } from '../command.js';
import { Output } from '../output/output.js';
import { parseReference, requireTag } from '../target/reference.js';
import { withTarget } from '../target/target.js';
import { type TargetOptions } from '../target/target-options.js';
import { digestOf } from './look-up.js';

/** `berth tag REFERENCE NEWTAG`: points a tag to a manifest of the same repository. @throws PlainFailure */
export async function setTag(
  context: CommandContext,
  options: TargetOptions & { readonly json: boolean },
  word: string,
  newTag: string,
): Promise<void> {
  await withTarget(context, options, [word], async ({ target, paths: [path = ''] }) => {
    const reference = parseReference(path);
    const { repository } = reference;
    const tag = requireTag(newTag);
    const digest = await digestOf(target.client, reference, tag);
    const set = await dataOf(
      target.client.PUT('/api/v1/repositories/{name}/tags/{tag}', {
        params: { path: { name: repository, tag } },
        body: { digest },
      }),
    );
    const output = new Output(context);
    if (options.json) return output.json({ repository, ...set });
    output.line(`${repository}:${tag} points to ${digest}`);
    if (set.previous !== undefined && set.previous !== digest) {
      output.line(`before, it pointed to ${set.previous}`);
    }
  });
}
