import { dataOf, type BerthClient } from '../../api/client/berth-client.js';
import { type components } from '../../api/client/schema.js';
import { PlainFailure } from '../plain-failure.js';
import { isWhole, type Reference } from '../target/reference.js';
import { allTags } from './listings.js';

/** Resolves to a tag. @throws ApiProblem */
export function tagOf(
  client: BerthClient,
  name: string,
  tag: string,
): Promise<components['schemas']['Tag']> {
  const params = { path: { name, tag } };
  return dataOf(client.GET('/api/v1/repositories/{name}/tags/{tag}', { params }));
}

/** The changes of a tag, the newest first. @throws ApiProblem */
export async function changesOf(
  client: BerthClient,
  name: string,
  tag: string,
): Promise<readonly components['schemas']['TagChange'][]> {
  const params = { path: { name, tag } };
  const asked = client.GET('/api/v1/repositories/{name}/tags/{tag}/history', { params });
  return (await dataOf(asked)).changes;
}

/**
 * Resolves to the digest that a tag points to, or that a beginning of a digest means. It is looked for among the tags of the
 * repository, and in the history of `historyOf`.
 *
 * @throws PlainFailure if there are several or none @throws ApiProblem
 */
export async function digestOf(
  client: BerthClient,
  { repository, tag, digest }: Reference,
  historyOf?: string,
): Promise<string> {
  if (tag !== undefined) return (await tagOf(client, repository, tag)).digest;
  if (digest === undefined) {
    throw new PlainFailure(`name a tag or a digest, such as ${repository}:latest`);
  }
  if (isWhole(digest)) return digest;
  const known = (await allTags(client, repository)).map((one) => one.digest);
  const earlier =
    historyOf === undefined ? [] : await earlierDigests(client, repository, historyOf);
  const found = [...new Set([...known, ...earlier])].filter((one) => one.startsWith(digest));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  throw new PlainFailure(
    found.length === 0
      ? `no tag of ${repository} has a digest that begins with ${digest}; type the whole digest`
      : `${digest} is the beginning of ${found.length} digests; type more of it`,
  );
}

async function earlierDigests(client: BerthClient, name: string, tag: string): Promise<string[]> {
  // A new tag has no history.
  const changes = await changesOf(client, name, tag).catch(() => []);
  return changes.flatMap(({ digest, previous }) =>
    [digest, previous].filter((one) => one !== undefined),
  );
}
