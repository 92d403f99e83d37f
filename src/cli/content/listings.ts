import { ApiProblem } from '../../api/client/api-problem.js';
import { dataOf, pagesOf, type BerthClient } from '../../api/client/berth-client.js';
import { type components } from '../../api/client/schema.js';

export type Repository = components['schemas']['Repository'];
export type Tag = components['schemas']['Tag'];

/** As many as a page can have. */
const LIMIT = 1_000;

/** Resolves to all repositories by name, those that were never counted with figures of now. @throws ApiProblem */
export async function allRepositories(client: BerthClient): Promise<Repository[]> {
  const pages = pagesOf((cursor) =>
    dataOf(
      client.GET('/api/v1/repositories', {
        params: {
          query: { sort: 'name', limit: LIMIT, ...(cursor !== undefined && { cursor }) },
        },
      }),
    ),
  );
  const found: Repository[] = [];
  for await (const { repositories } of pages) found.push(...repositories);
  return Promise.all(
    found.map(async (repository) =>
      repository.countedAt === undefined ? counted(client, repository) : repository,
    ),
  );
}

/** Asked for alone, a repository is counted first. */
async function counted(client: BerthClient, repository: Repository): Promise<Repository> {
  const { name } = repository;
  const asked = client.GET('/api/v1/repositories/{name}', { params: { path: { name } } });
  // It may have been removed meanwhile.
  return dataOf(asked).catch((error: unknown) => {
    if (error instanceof ApiProblem && error.status === 404) return repository;
    throw error;
  });
}

/** Resolves to all tags of a repository by name. @throws ApiProblem */
export async function allTags(client: BerthClient, name: string): Promise<Tag[]> {
  const pages = pagesOf((cursor) =>
    dataOf(
      client.GET('/api/v1/repositories/{name}/tags', {
        params: {
          path: { name },
          query: { sort: 'name', limit: LIMIT, ...(cursor !== undefined && { cursor }) },
        },
      }),
    ),
  );
  const found: Tag[] = [];
  for await (const { tags } of pages) found.push(...tags);
  return found;
}
