import { dataOf } from '../../api/client/berth-client.js';
import { type components } from '../../api/client/schema.js';
import { type CommandContext } from '../command.js';
import { Output, shortDigest, sizeText } from '../output/output.js';
import { withTarget } from '../target/target.js';
import { type TargetOptions } from '../target/target-options.js';
import { allRepositories, type Repository } from './listings.js';

/** How many of the largest blobs are shown. */
const LARGEST = 10;

/** `berth du`: shows the bytes of each repository, and the largest blobs. @throws PlainFailure */
export async function diskUsage(
  context: CommandContext,
  options: TargetOptions & { readonly json: boolean },
): Promise<void> {
  await withTarget(context, options, [], async ({ target }) => {
    const { client } = target;
    const query = { limit: LARGEST };
    const found = await allRepositories(client);
    const largest = await dataOf(client.GET('/api/v1/storage/largest', { params: { query } }));
    const repositories = found.toSorted((a, b) => sizeOf(b) - sizeOf(a));
    const output = new Output(context);
    if (options.json) return output.json({ repositories, largest });
    showRepositories(repositories, output);
    showLargest(largest, output);
  });
}

const sizeOf = ({ uniqueBytes, logicalBytes = 0 }: Repository): number =>
  uniqueBytes ?? logicalBytes;

function showRepositories(repositories: readonly Repository[], output: Output): void {
  output.table(
    [
      { title: 'REPOSITORY' },
      { title: 'UNIQUE', right: true },
      { title: 'SHARED', right: true },
      { title: 'LOGICAL', right: true },
    ],
    repositories.map(({ name, uniqueBytes, sharedBytes, logicalBytes }) => [
      name,
      sizeText(uniqueBytes),
      sizeText(sharedBytes),
      sizeText(logicalBytes),
    ]),
    'There are no repositories.',
  );
}

function showLargest({ asOf, blobs }: components['schemas']['LargestBlobs'], output: Output): void {
  if (asOf === undefined) {
    return output.note('The largest blobs are known after the first collection: berth gc.');
  }
  output.line('');
  output.table(
    [{ title: 'LARGEST' }, { title: 'SIZE', right: true }, { title: 'IN' }],
    blobs.map(({ digest, size, repositories: [first = '-', ...others] }) => [
      shortDigest(digest),
      sizeText(size),
      others.length === 0 ? first : `${first} and ${others.length} more`,
    ]),
    'There are no blobs.',
  );
  output.note(`The largest blobs are as of ${output.time(asOf)}.`);
}
