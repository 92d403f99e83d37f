import { tryParseJsonObject } from '../../domain/descriptor.js';
import { Digest } from '../../domain/digest.js';
import { type TagChange, type TaggedManifest } from '../ports/tag-store.js';
import { decodeTagRecord, pushOf } from './records.js';
import { type TagFile } from './tag-file.js';

/** The removal of a tag, or of its manifest. */
export interface Removal {
  /** When it happened, in milliseconds since the epoch. */
  readonly at: number;
  readonly by?: string;
}

/** A line of a tag's history. `push` identifies the record that was replaced or removed. */
export interface HistoryLine {
  readonly bytes: Buffer;
  readonly push: string;
  /** The record that was replaced or removed, or else its removal. */
  readonly change: TaggedManifest | RecordedRemoval;
}

interface RecordedRemoval {
  readonly removedAt: number;
  readonly by?: string;
  readonly previous?: Digest;
}

/** Returns the line of a removal, or `undefined` if the removed file is not a valid record. */
export function encodeRemoval({ bytes, record }: TagFile, { at, by }: Removal): Buffer | undefined {
  if (record === undefined) return undefined;
  const removedAt = new Date(at).toISOString();
  return Buffer.from(
    JSON.stringify({ removedAt, by, previous: record.digest, removed: pushOf(bytes) }),
  );
}

/**
 * Returns the valid lines of a history, the oldest first. A claim that was taken over can leave a record twice, and a removal that
 * did not happen: then the removed record is the current one, or comes again later.
 */
export function linesOf(bytes: Buffer | undefined, current: TagFile | undefined): HistoryLine[] {
  const lines = parsed(bytes);
  const last = new Map<string, number>();
  if (current !== undefined) last.set(pushOf(current.bytes) ?? '', Infinity);
  for (const [index, { push, change }] of lines.entries()) {
    if (isRecord(change) && last.get(push) !== Infinity) last.set(push, index);
  }
  const seen = new Set<string>();
  return lines.filter(({ push, change }, index) => {
    const lastRecord = last.get(push) ?? -1;
    if (!isRecord(change)) return lastRecord < index;
    const isFirst = !seen.has(push) && lastRecord !== Infinity;
    seen.add(push);
    return isFirst;
  });
}

/** Returns the change that a record or a removal describes. */
export function asChange(change: HistoryLine['change']): TagChange {
  if (!isRecord(change)) {
    const { removedAt, ...rest } = change;
    return { at: removedAt, ...rest };
  }
  const { pushedAt, ...rest } = change;
  return { at: pushedAt, ...rest };
}

function isRecord(change: HistoryLine['change']): change is TaggedManifest {
  return 'pushedAt' in change;
}

function parsed(bytes: Buffer | undefined): HistoryLine[] {
  if (bytes === undefined) return [];
  const lines = bytes
    .toString()
    .split('\n')
    .map((line) => Buffer.from(line));
  return lines.map(parseLine).filter((line) => line !== undefined);
}

/** Parses a line. Returns `undefined` for one that a power cut left incomplete. */
function parseLine(bytes: Buffer): HistoryLine | undefined {
  const removal = removalOf(bytes);
  if (removal !== undefined) return { bytes, ...removal };
  const [push, change] = [pushOf(bytes), decodeTagRecord(bytes)];
  return push !== undefined && change !== undefined ? { bytes, push, change } : undefined;
}

function removalOf(bytes: Buffer): Omit<HistoryLine, 'bytes'> | undefined {
  const json = tryParseJsonObject(bytes);
  const { removedAt, removed, by, previous } = json ?? {};
  if (typeof removedAt !== 'string' || typeof removed !== 'string') return undefined;
  const before = typeof previous === 'string' ? Digest.tryParse(previous) : undefined;
  return {
    push: removed,
    change: {
      removedAt: Date.parse(removedAt),
      ...(typeof by === 'string' && { by }),
      ...(before && { previous: before }),
    },
  };
}
