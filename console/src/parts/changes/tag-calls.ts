import { api, ApiProblem, dataOf, type components } from '../../api/client.js';
import { etagOf, forget, forgetUntilShown } from '../../api/queries.js';

/** A tag, and the manifest that it points to. */
export interface TagAt {
  readonly name: string;
  readonly digest: string;
}

/** What a tag is expected to point to when it changes. `undefined`: it must not exist. */
export type Expected = string | undefined;

/** Removes a tag alone, unless somebody has moved it meanwhile. @throws ApiProblem */
export async function removeTag(repository: string, { name, digest }: TagAt): Promise<void> {
  await dataOf(
    api.DELETE('/api/v1/repositories/{name}/tags/{tag}', {
      params: { path: { name: repository, tag: name } },
      headers: { 'If-Match': etagOf(digest) },
    }),
  );
}

/** Points a tag to a manifest, unless it is not as expected. @throws ApiProblem with the status 412 */
export async function setTag(
  repository: string,
  { name, digest }: TagAt,
  expected: Expected,
): Promise<void> {
  await dataOf(
    api.PUT('/api/v1/repositories/{name}/tags/{tag}', {
      params: { path: { name: repository, tag: name } },
      body: { digest },
      headers: expected === undefined ? { 'If-None-Match': '*' } : { 'If-Match': etagOf(expected) },
    }),
  );
}

/** Resolves to the present state of a tag, or to `undefined` if it does not exist. */
export async function currentTag(
  repository: string,
  tag: string,
): Promise<components['schemas']['Tag'] | undefined> {
  try {
    return await dataOf(
      api.GET('/api/v1/repositories/{name}/tags/{tag}', {
        params: { path: { name: repository, tag } },
      }),
    );
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return undefined;
    throw error;
  }
}

/** Removes a manifest with its tags. @throws ApiProblem */
export async function removeManifest(repository: string, digest: string): Promise<void> {
  await dataOf(
    api.DELETE('/api/v1/repositories/{name}/manifests/{digest}', {
      params: { path: { name: repository, digest } },
    }),
  );
}

/** Lets every page show the repository as it is after a change. */
export async function repositoryChanged(repository: string): Promise<void> {
  const nouns = ['tags', 'image', 'history', 'untagged'];
  // The preview of the dialog that made the change is about what is gone.
  await forgetUntilShown('removal', repository);
  await Promise.all([...nouns.map((noun) => forget(noun, repository)), forget('repositories')]);
}
