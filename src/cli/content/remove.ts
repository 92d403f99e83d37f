import { dataOf } from '../../api/client/berth-client.js';
import { type CommandContext } from '../command.js';
import { Output } from '../output/output.js';
import { PlainFailure } from '../plain-failure.js';
import { isWhole, parseReference, type Reference } from '../target/reference.js';
import { choose, withTarget, type Target } from '../target/target.js';
import { type TargetOptions } from '../target/target-options.js';

/** How `berth rm` is typed. */
export interface RemoveOptions extends TargetOptions {
  readonly yes: boolean;
  readonly json: boolean;
}

/** `berth rm REFERENCE`: removes a tag, a manifest with its tags, or a repository. @throws PlainFailure */
export async function remove(
  context: CommandContext,
  options: RemoveOptions,
  word: string,
): Promise<void> {
  const output = new Output(context);
  const { place, paths } = choose(context, options, [word]);
  const reference = parseReference(paths[0] ?? '');
  const isWholeRepository = reference.tag === undefined && reference.digest === undefined;
  if (isWholeRepository && output.isTerminal && !options.yes) {
    // A person may have left out the tag by mistake.
    throw new PlainFailure(
      `this removes ${reference.repository} with everything in it; repeat it with --yes if that is meant`,
    );
  }
  if (isWholeRepository && place === 'storage') {
    return removeFromStorage(context, reference.repository, options, output);
  }
  await withTarget(context, options, [word], async ({ target }) => {
    if (reference.tag !== undefined) return removeTag(target, reference, options, output);
    if (reference.digest !== undefined) return removeManifest(target, reference, options, output);
    await removeRepository(target, reference, options, output);
  });
}

/** On a storage, the bytes are freed at once. */
async function removeFromStorage(
  context: CommandContext,
  repository: string,
  { json }: RemoveOptions,
  output: Output,
): Promise<void> {
  const { removedText, removeNow } = await import('../gc-commands.js');
  const removed = await removeNow(await context.settings(), repository);
  if (json) output.json(removed);
  else output.line(removedText(removed));
}

async function removeTag(
  { client }: Target,
  { repository, tag = '' }: Pick<Reference, 'repository'> & { readonly tag?: string },
  { json }: RemoveOptions,
  output: Output,
): Promise<void> {
  const params = { path: { name: repository, tag } };
  const removed = await dataOf(client.DELETE('/api/v1/repositories/{name}/tags/{tag}', { params }));
  if (json) return output.json({ repository, ...removed });
  const { digest, otherTags, manifest } = removed;
  output.line(`removed tag ${repository}:${tag}`);
  output.line(`its manifest ${digest} ${manifest}`);
  if (otherTags.length > 0) output.line(`these tags stay: ${otherTags.join(', ')}`);
}

async function removeManifest(
  { client }: Target,
  { repository, digest = '' }: Reference,
  { json }: RemoveOptions,
  output: Output,
): Promise<void> {
  if (!isWhole(digest)) {
    throw new PlainFailure(`${digest} is the beginning of a digest; type the whole digest`);
  }
  const params = { path: { name: repository, digest } };
  const removed = await dataOf(
    client.DELETE('/api/v1/repositories/{name}/manifests/{digest}', { params }),
  );
  if (json) return output.json({ repository, ...removed });
  output.line(`removed manifest ${digest} of ${repository}`);
  const { tags } = removed;
  output.line(tags.length === 0 ? 'it had no tags' : `removed its tags: ${tags.join(', ')}`);
}

async function removeRepository(
  { client }: Target,
  { repository }: Reference,
  { json }: RemoveOptions,
  output: Output,
): Promise<void> {
  const params = { path: { name: repository } };
  const removed = await dataOf(client.DELETE('/api/v1/repositories/{name}', { params }));
  if (json) return output.json(removed);
  const { manifests, freed } = removed;
  output.line(
    `removed ${repository}: ${manifests} ${manifests === 1 ? 'manifest' : 'manifests'}; ${freed}`,
  );
}
