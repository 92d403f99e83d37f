/**
 * Points the tag `stable` of a repository to what another tag points to, unless somebody else moves it meanwhile.
 *
 *   node tag-release.js https://registry.example.com team/app 2.0
 */
import { pathToFileURL } from 'node:url';

import { ApiProblem, createBerthClient, dataOf } from 'berth-registry/client';

const TAGS = '/api/v1/repositories/{name}/tags';
const TAG = '/api/v1/repositories/{name}/tags/{tag}';

/** Resolves to a sentence that says what has changed. */
export async function release(berth, name, from) {
  const { digest } = await dataOf(berth.GET(TAG, { params: { path: { name, tag: from } } }));
  const stable = { params: { path: { name, tag: 'stable' } } };
  const { data: current } = await berth.GET(TAG, stable);
  if (current?.digest === digest) return `stable is ${from} already`;
  const condition =
    current === undefined ? { 'If-None-Match': '*' } : { 'If-Match': `"${current.digest}"` };
  try {
    await dataOf(berth.PUT(TAG, { ...stable, headers: condition, body: { digest } }));
    return `stable is ${from} now`;
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.code !== 'tag-changed') throw error;
    return 'somebody else moves stable: nothing was changed';
  }
}

/** Resolves to the tags of a repository, the last pushed first. */
export async function newestTags(berth, name) {
  const query = { sort: '-pushedAt', limit: 10 };
  const { tags } = await dataOf(berth.GET(TAGS, { params: { path: { name }, query } }));
  return tags.map((tag) => tag.name);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [url, name, from] = process.argv.slice(2);
  console.log(await release(createBerthClient({ url }), name, from));
}
