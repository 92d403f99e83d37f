import { type CommandContext } from '../command.js';
import { Output, shortDigest } from '../output/output.js';
import { PlainFailure } from '../plain-failure.js';
import { parseReference } from '../target/reference.js';
import { withTarget } from '../target/target.js';
import { type TargetOptions } from '../target/target-options.js';
import { changesOf } from './look-up.js';

/** `berth history REPOSITORY:TAG`: shows the changes of a tag, and what can be put back. @throws PlainFailure */
export async function history(
  context: CommandContext,
  options: TargetOptions & { readonly json: boolean },
  word: string,
): Promise<void> {
  await withTarget(context, options, [word], async ({ target, paths: [path = ''], again }) => {
    const { repository, tag } = parseReference(path);
    if (tag === undefined) {
      throw new PlainFailure(`name a tag, such as ${repository}:latest: each tag has a history`);
    }
    const changes = await changesOf(target.client, repository, tag);
    const output = new Output(context);
    if (options.json) return output.json({ repository, tag, changes });
    output.table(
      [{ title: 'WHEN' }, { title: 'BY' }, { title: 'CHANGE' }, { title: 'PUT BACK' }],
      changes.map(({ at, by, digest, previous, restorable }, index) => [
        output.time(at),
        by ?? '-',
        changeText(digest, previous),
        digest === undefined || index === 0 ? '-' : restorable ? 'possible' : 'no longer',
      ]),
      '',
    );
    const now = changes[0]?.digest;
    const back = changes.find(({ digest, restorable }) => restorable && digest !== now)?.digest;
    if (back === undefined) return;
    const command = again('tag', `${repository}@${shortDigest(back)}`, tag);
    output.note(`Put an earlier one back, for example: ${command}`);
  });
}

function changeText(digest: string | undefined, previous: string | undefined): string {
  const before = previous === undefined ? '' : shortDigest(previous);
  if (digest === undefined) return before === '' ? 'removed' : `removed, was ${before}`;
  return before === '' ? `set to ${shortDigest(digest)}` : `${before} → ${shortDigest(digest)}`;
}
