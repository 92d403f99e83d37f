import { isJsonObject, type JsonObject } from '../../domain/descriptor.js';
import { Digest } from '../../domain/digest.js';
import { tryParseRepositoryName, type RepositoryName } from '../../domain/repository-name.js';
import {
  type GrowthPoint,
  type LargeBlob,
  type RepositoryFigures,
  type StorageSnapshot,
  type StorageTotals,
} from '../ports/statistics.js';
import { yieldEvery } from './yield-every.js';

const FORMAT = 1;

/**
 * Resolves to the text of a snapshot: a line of JSON with the totals, the growth and the largest blobs, and one line for each
 * repository. Lines can be parsed piece by piece, so that a large snapshot keeps no request waiting.
 */
export async function encodeSnapshot(snapshot: StorageSnapshot): Promise<string> {
  const { asOf, repositories, totals, growth, largest } = snapshot;
  const numbers = new Map([...repositories.keys()].map((name, number) => [name, number]));
  const head = {
    format: FORMAT,
    asOf,
    totals: fromTotals(totals),
    growth: growth.map((point) => [point.at, ...fromTotals(point)]),
    largest: largest.map((blob) => [
      blob.digest,
      blob.size,
      blob.repositories.map((name) => numbers.get(name)).filter((number) => number !== undefined),
    ]),
  };
  const lines = [JSON.stringify(head)];
  for await (const [name, figures] of yieldEvery([...repositories])) {
    lines.push(JSON.stringify([name, ...fromFigures(figures)]));
  }
  return `${lines.join('\n')}\n`;
}

/** Parses the text of a snapshot. Resolves to `undefined` if it is invalid or has another format. */
export async function decodeSnapshot(text: string): Promise<StorageSnapshot | undefined> {
  const [first = '', ...lines] = text.split('\n');
  const head = parse(first);
  if (!isJsonObject(head) || head['format'] !== FORMAT) return undefined;
  const repositories = new Map<RepositoryName, RepositoryFigures>();
  for await (const line of yieldEvery(lines)) {
    const [name, ...figures] = listOf(parse(line));
    const repository = typeof name === 'string' ? tryParseRepositoryName(name) : undefined;
    if (repository !== undefined) repositories.set(repository, toFigures(figures));
  }
  return { ...headOf(head, [...repositories.keys()]), repositories };
}

function headOf(
  head: JsonObject,
  names: readonly RepositoryName[],
): Omit<StorageSnapshot, 'repositories'> {
  return {
    asOf: Number(head['asOf']),
    totals: toTotals(listOf(head['totals'])),
    growth: listOf(head['growth']).map((point): GrowthPoint => {
      const [at, ...totals] = listOf(point);
      return { at: Number(at), ...toTotals(totals) };
    }),
    largest: listOf(head['largest']).flatMap((blob) => toBlob(listOf(blob), names)),
  };
}

function fromTotals(totals: StorageTotals): number[] {
  return [totals.repositories, totals.manifests, totals.logicalBytes, totals.storedBytes];
}

function toTotals(values: readonly unknown[]): StorageTotals {
  const [repositories = 0, manifests = 0, logicalBytes = 0, storedBytes = 0] = values.map(Number);
  return { repositories, manifests, logicalBytes, storedBytes };
}

function fromFigures(figures: RepositoryFigures): (number | string)[] {
  const { tags, manifests, blobs, uniqueBytes, sharedBytes, lastPushedAt, lastPushedBy } = figures;
  const pushed = [lastPushedAt, lastPushedBy].filter((value) => value !== undefined);
  return [tags, manifests, blobs, uniqueBytes, sharedBytes, ...pushed];
}

function toFigures(values: readonly unknown[]): RepositoryFigures {
  const [tags = 0, manifests = 0, blobs = 0, uniqueBytes = 0, sharedBytes = 0, lastPushedAt] =
    values.map(Number);
  const lastPushedBy = values[6];
  return {
    tags,
    manifests,
    blobs,
    logicalBytes: uniqueBytes + sharedBytes,
    uniqueBytes,
    sharedBytes,
    ...(lastPushedAt !== undefined && { lastPushedAt }),
    ...(typeof lastPushedBy === 'string' && { lastPushedBy }),
  };
}

function toBlob(
  [text, size, numbers]: readonly unknown[],
  names: readonly RepositoryName[],
): LargeBlob[] {
  const digest = typeof text === 'string' ? Digest.tryParse(text) : undefined;
  if (digest === undefined) return [];
  const repositories = listOf(numbers)
    .map((number) => names[Number(number)])
    .filter((name) => name !== undefined);
  return [{ digest, size: Number(size), repositories }];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
