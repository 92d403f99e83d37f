import { dataOf, type BerthClient } from '../../api/client/berth-client.js';
import { type CommandContext } from '../command.js';
import { Output, sizeText } from '../output/output.js';
import { withTarget } from '../target/target.js';
import { type TargetOptions } from '../target/target-options.js';

/** How `berth uploads` is typed. */
export interface UploadsOptions extends TargetOptions {
  readonly discard: string | undefined;
  readonly json: boolean;
}

/** As many as the API lists at once. */
const LIMIT = 1_000;

/** `berth uploads`: lists the uploads in progress, or ends one. @throws PlainFailure */
export async function uploads(context: CommandContext, options: UploadsOptions): Promise<void> {
  await withTarget(context, options, [], async ({ target: { client } }) => {
    const output = new Output(context);
    if (options.discard === undefined) await listUploads(client, options, output);
    else await discard(client, options.discard, options, output);
  });
}

async function listUploads(
  client: BerthClient,
  { json }: UploadsOptions,
  output: Output,
): Promise<void> {
  const query = { limit: LIMIT };
  const found = await dataOf(client.GET('/api/v1/uploads', { params: { query } }));
  if (json) return output.json(found);
  output.table(
    [{ title: 'ID' }, { title: 'RECEIVED', right: true }, { title: 'REPOSITORY' }],
    found.uploads.map(({ id, repository, receivedBytes }) => [
      id,
      sizeText(receivedBytes),
      repository,
    ]),
    'There are no uploads in progress.',
  );
  if (found.more) output.note(`There are more than the ${LIMIT} that are shown.`);
}

async function discard(
  client: BerthClient,
  id: string,
  { json }: UploadsOptions,
  output: Output,
): Promise<void> {
  await dataOf(client.DELETE('/api/v1/uploads/{id}', { params: { path: { id } } }));
  if (json) output.json({ discarded: id });
  else output.line(`discarded upload ${id}`);
}
