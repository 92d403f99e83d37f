import { type CommandContext } from '../command.js';
import { PlainFailure } from '../plain-failure.js';
import { Output, shortDigest, sizeText } from '../output/output.js';
import { parseRepository } from '../target/reference.js';
import { withTarget, type Target } from '../target/target.js';
import { type TargetOptions } from '../target/target-options.js';
import { allRepositories, allTags, type Repository, type Tag } from './listings.js';
import { anyPattern } from './name-pattern.js';

/** What `berth ls` lists. */
export interface ListOptions extends TargetOptions {
  readonly sort: string | undefined;
  readonly match: readonly string[];
  readonly json: boolean;
}

/** The values of an order: the greatest first, or names from A to Z. */
type Orders<T> = Readonly<Record<string, (item: T) => string | number>>;

const REPOSITORY_ORDERS: Orders<Repository> = {
  name: ({ name }) => name,
  size: ({ logicalBytes = 0 }) => logicalBytes,
  tags: ({ tags = 0 }) => tags,
  pushed: ({ lastPushedAt }) => Date.parse(lastPushedAt ?? '') || 0,
};

const TAG_ORDERS: Orders<Tag> = {
  name: ({ name }) => name,
  size: ({ totalBytes }) => totalBytes,
  pulls: ({ pulls }) => pulls,
  pushed: ({ pushedAt }) => Date.parse(pushedAt),
};

/** Figures that are older are said to be so. */
const FRESH_MS = 60_000;

/** `berth ls [REPOSITORY]`: lists the repositories, or the tags of one. @throws PlainFailure */
export async function list(
  context: CommandContext,
  options: ListOptions,
  word?: string,
): Promise<void> {
  await withTarget(context, options, word === undefined ? [] : [word], async (opened) => {
    const [path = ''] = opened.paths;
    const output = new Output(context);
    if (path === '') await listRepositories(opened.target, options, output);
    else await listTags(opened.target, options, output, path);
  });
}

async function listRepositories(
  { client }: Target,
  { sort = 'name', match, json }: ListOptions,
  output: Output,
): Promise<void> {
  const order = orderOf(REPOSITORY_ORDERS, sort);
  const matches = anyPattern(match);
  const all = (await allRepositories(client)).filter(({ name }) => matches(name));
  const repositories = sorted(all, order);
  if (json) return output.json({ repositories });
  output.table(
    [
      { title: 'REPOSITORY' },
      { title: 'TAGS', right: true },
      { title: 'SIZE', right: true },
      { title: 'LAST PUSH' },
    ],
    repositories.map(({ name, tags, logicalBytes, lastPushedAt }) => [
      name,
      tags === undefined ? '-' : `${tags}`,
      sizeText(logicalBytes),
      output.time(lastPushedAt),
    ]),
    'There are no repositories.',
  );
  noteAge(repositories, output);
}

function noteAge(repositories: readonly Repository[], output: Output): void {
  const times = repositories.map(({ countedAt }) => Date.parse(countedAt ?? ''));
  const oldest = Math.min(...times.filter((time) => !Number.isNaN(time)));
  if (!(oldest < Date.now() - FRESH_MS)) return;
  output.note(`Some figures are as of ${output.time(new Date(oldest).toISOString())}.`);
}

async function listTags(
  { client }: Target,
  { sort = 'name', match, json }: ListOptions,
  output: Output,
  path: string,
): Promise<void> {
  const repository = parseRepository(path);
  const order = orderOf(TAG_ORDERS, sort);
  const matches = anyPattern(match);
  const all = (await allTags(client, repository)).filter(({ name }) => matches(name));
  const tags = sorted(all, order);
  if (json) return output.json({ repository, tags });
  output.table(
    [
      { title: 'TAG' },
      { title: 'DIGEST' },
      { title: 'PLATFORMS', shrinks: true },
      { title: 'SIZE', right: true },
      { title: 'PUSHED' },
      { title: 'BY' },
      { title: 'PULLS', right: true },
    ],
    tags.map((tag) => [
      tag.name,
      shortDigest(tag.digest),
      // What is no image has a purpose instead, such as `helm-chart`.
      tag.platforms.join(', ') || tag.purpose,
      sizeText(tag.totalBytes),
      output.time(tag.pushedAt),
      tag.pushedBy ?? '-',
      `${tag.pulls}`,
    ]),
    `There are no tags in ${repository}.`,
  );
}

/** @throws PlainFailure */
function orderOf<T>(orders: Orders<T>, sort: string): (item: T) => string | number {
  const order = Object.hasOwn(orders, sort) ? orders[sort] : undefined;
  if (order !== undefined) return order;
  throw new PlainFailure(
    `--sort is ${JSON.stringify(sort)}; allowed: ${Object.keys(orders).join(', ')}`,
  );
}

/** The items come by name, and a stable order keeps that where values are equal. */
function sorted<T>(items: readonly T[], order: (item: T) => string | number): T[] {
  return items.toSorted((a, b) => {
    const [one, other] = [order(a), order(b)];
    return typeof one === 'number' && typeof other === 'number' ? other - one : 0;
  });
}
