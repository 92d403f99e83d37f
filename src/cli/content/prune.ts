import { ApiProblem } from '../../api/client/api-problem.js';
import { dataOf, type BerthClient } from '../../api/client/berth-client.js';
import { WrongUsage, type CommandContext } from '../command.js';
import { Output } from '../output/output.js';
import { PlainFailure } from '../plain-failure.js';
import { parseRepository } from '../target/reference.js';
import { withTarget, type OpenedTarget } from '../target/target.js';
import { type TargetOptions } from '../target/target-options.js';
import { allRepositories, allTags } from './listings.js';
import { decide, type Decision, type PruneRules } from './prune-rules.js';

/** How `berth prune` is typed. */
export interface PruneOptions extends TargetOptions {
  readonly match: readonly string[];
  readonly keep: string | undefined;
  readonly 'older-than': string | undefined;
  readonly yes: boolean;
  readonly json: boolean;
}

/** What became of a tag. `changed`: it points to another manifest than the one that was decided about, and stays. */
type Result = 'kept' | 'would be removed' | 'removed' | 'changed';

interface PrunedTag extends Decision {
  readonly repository: string;
  readonly result: Result;
}

const DAY_MS = 86_400_000;

/** `berth prune`: removes old tags by rules, or shows what they would remove. @throws PlainFailure @throws WrongUsage */
export async function prune(
  context: CommandContext,
  options: PruneOptions,
  words: readonly string[],
): Promise<void> {
  const rules = rulesOf(options);
  await withTarget(context, options, words, async ({ target: { client }, paths, again }) => {
    const named = paths.filter((path) => path !== '').map(parseRepository);
    const repositories =
      named.length > 0 ? named : (await allRepositories(client)).map(({ name }) => name);
    const pruned: PrunedTag[] = [];
    for (const repository of repositories) {
      for (const decision of decide(await allTags(client, repository), rules, Date.now())) {
        const result = await carryOut(client, repository, decision, options.yes);
        pruned.push({ ...decision, repository, result });
      }
    }
    show(pruned, options, again, new Output(context));
  });
}

/** @throws WrongUsage @throws PlainFailure */
function rulesOf({ match, keep, 'older-than': age }: PruneOptions): PruneRules {
  if (keep === undefined && age === undefined) {
    throw new WrongUsage('say which tags stay: --keep N, --older-than AGE, or both');
  }
  if (keep !== undefined && !/^\d{1,6}$/.test(keep)) {
    throw new PlainFailure(
      `--keep is ${JSON.stringify(keep)}; allowed: a whole number, such as 10`,
    );
  }
  const [, days, unit] = /^(\d{1,5})([dh])$/.exec(age ?? '') ?? [];
  if (age !== undefined && days === undefined) {
    throw new PlainFailure(
      `--older-than is ${JSON.stringify(age)}; allowed: days or hours, such as 30d or 12h`,
    );
  }
  const unitMs = unit === 'h' ? DAY_MS / 24 : DAY_MS;
  return {
    match,
    ...(keep !== undefined && { keep: Number(keep) }),
    ...(days !== undefined && { olderThanMs: Number(days) * unitMs }),
  };
}

/** Removes a tag only while it points to the manifest that was decided about. */
async function carryOut(
  client: BerthClient,
  name: string,
  { tag, removes }: Decision,
  yes: boolean,
): Promise<Result> {
  if (!removes) return 'kept';
  if (!yes) return 'would be removed';
  try {
    await dataOf(
      client.DELETE('/api/v1/repositories/{name}/tags/{tag}', {
        params: { path: { name, tag: tag.name } },
        headers: { 'If-Match': `"${tag.digest}"` },
      }),
    );
    return 'removed';
  } catch (error) {
    // Somebody moved or removed the tag meanwhile.
    if (error instanceof ApiProblem && [404, 412].includes(error.status)) return 'changed';
    throw error;
  }
}

const SAID: Readonly<Record<Result, string>> = {
  kept: 'keep',
  'would be removed': 'remove',
  removed: 'removed',
  changed: 'changed',
};

function show(
  pruned: readonly PrunedTag[],
  { yes, json }: PruneOptions,
  again: OpenedTarget['again'],
  output: Output,
): void {
  if (json) {
    const tags = pruned.map(({ repository, tag, result, reason }) => {
      return { repository, tag: tag.name, digest: tag.digest, result, reason };
    });
    return output.json({ dryRun: !yes, tags });
  }
  output.table(
    [{ title: 'ACTION' }, { title: 'TAG' }, { title: 'REASON', shrinks: true }],
    pruned.map(({ repository, tag, result, reason }) => [
      SAID[result],
      `${repository}:${tag.name}`,
      result === 'changed' ? 'changed meanwhile, so it stays' : reason,
    ]),
    'There are no tags.',
  );
  conclude(pruned, yes, again, output);
}

function conclude(
  pruned: readonly PrunedTag[],
  yes: boolean,
  again: OpenedTarget['again'],
  output: Output,
): void {
  const count = pruned.filter(({ removes, result }) => removes && result !== 'changed').length;
  const tags = `${count} of ${pruned.length} tags`;
  if (!yes) {
    const advice = count === 0 ? '' : '; nothing was removed yet, repeat it with --yes';
    return output.note(`${tags} would be removed${advice}.`);
  }
  output.note(`${tags} were removed.`);
  const example = pruned.find(({ result }) => result === 'removed');
  if (example === undefined) return;
  const { repository, tag } = example;
  const command = again('tag', `${repository}@${tag.digest}`, tag.name);
  output.note('A tag can be put back while its manifest exists, for example:');
  output.note(command);
}
