import { appendFile, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type NewEvent } from '../../../../src/domain/registry-event.js';
import {
  FileOutbox,
  type FileOutboxOptions,
} from '../../../../src/storage/filesystem/events/outbox.js';

const ALL = { ageMs: Infinity, bytes: Infinity };
const HOUR_MS = 3_600_000;

let root: string;
let opened: FileOutbox[];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'berth-'));
  opened = [];
});
afterEach(async () => {
  for (const outbox of opened) outbox.close();
  await rm(root, { recursive: true, force: true });
});

function open(options: Partial<FileOutboxOptions> = {}): FileOutbox {
  const outbox = new FileOutbox({ root, isPresent: () => true, ...options });
  opened.push(outbox);
  return outbox;
}

function newEvent(tag: string): NewEvent {
  return { type: 'tag.created', repository: 'team/app', data: { tag } };
}

async function tagsIn(outbox: FileOutbox, after = '', limit = 1_000): Promise<string[]> {
  const { events } = await outbox.read(after, limit);
  return events.map(({ data }) => data.tag ?? '');
}

async function writers(): Promise<string[]> {
  return (await readdir(root)).filter((name) => name !== 'cursors');
}

/** Resolves to the paths of all segments, the oldest first. */
async function segments(): Promise<string[]> {
  const found: string[] = [];
  for (const writer of await writers()) {
    const names = await readdir(join(root, writer));
    const numbers = names.map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b);
    found.push(...numbers.map((number) => join(root, writer, `${number}.jsonl`)));
  }
  return found;
}

async function age(path: string, milliseconds: number): Promise<void> {
  const time = new Date(Date.now() - milliseconds);
  await utimes(path, time, time);
}

describe('the segments of a writer', () => {
  it('appear with its first event', async () => {
    const outbox = open();
    expect(await readdir(root)).toEqual([]);

    await outbox.append([newEvent('a')]);

    expect(await segments()).toHaveLength(1);
  });

  it('are begun when the last one is full, named after their first event', async () => {
    const outbox = open({ segmentBytes: 200 });
    for (const tag of ['a', 'b', 'c', 'd', 'e']) await outbox.append([newEvent(tag)]);

    const names = (await segments()).map((path) => path.split('/').at(-1));

    expect(names).toEqual(['1.jsonl', '3.jsonl', '5.jsonl']);
    expect(await tagsIn(outbox)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('are begun after an idle time, because other processes remove those that are old', async () => {
    let now = Date.now();
    const outbox = open({ idleMs: HOUR_MS, now: () => now });
    await outbox.append([newEvent('a')]);
    now += HOUR_MS + 1;

    await outbox.append([newEvent('b')]);

    expect(await segments()).toHaveLength(2);
  });
});

describe('a reader of the outbox', () => {
  it('skips a line that a dead writer left incomplete', async () => {
    const dead = open();
    await dead.append([newEvent('a')]);
    const [segment = ''] = await segments();
    await appendFile(segment, '{"id":"01JD');
    const outbox = open();
    await outbox.append([newEvent('b')]);

    expect((await tagsIn(outbox)).sort()).toEqual(['a', 'b']);
  });

  it('skips an incomplete line before further ones, and one longer than any event', async () => {
    const outbox = open();
    await outbox.append([newEvent('a')]);
    const [segment = ''] = await segments();
    await appendFile(segment, `{"id":"01JD\n${'x'.repeat(200_000)}\n`);
    await outbox.append([newEvent('b')]);

    expect(await tagsIn(outbox)).toEqual(['a', 'b']);
  });

  it('yields a line only after it is complete', async () => {
    const outbox = open();
    await outbox.append([newEvent('a'), newEvent('b')]);
    const other = await mkdtemp(join(tmpdir(), 'berth-'));
    const copy = new FileOutbox({ root: other, isPresent: () => true });
    await copy.append([newEvent('c')]);
    const { next } = await outbox.read('', 10);
    const line = JSON.stringify((await copy.read('', 1)).events[0]);
    const [segment = ''] = await segments();
    copy.close();
    await rm(other, { recursive: true });

    await appendFile(segment, line.slice(0, 50));
    expect(await tagsIn(outbox, next)).toEqual([]);
    await appendFile(segment, `${line.slice(50)}\n`);

    expect(await tagsIn(outbox, next)).toEqual(['c']);
  });
});

describe('an event that cannot be stored', () => {
  it('is counted as lost and fails nothing, and later events are stored', async () => {
    let present = false;
    const outbox = open({ isPresent: () => present });

    await outbox.append([newEvent('a'), newEvent('b')]);
    present = true;
    await outbox.append([newEvent('c')]);

    expect(outbox.counts).toEqual({ appended: 1, lost: 2 });
    const { events } = await outbox.read('', 10);
    expect(events.map(({ data }) => data)).toEqual([{ tag: 'c', sequence: 3 }]);
  });
});

describe('trimming', () => {
  it('drops the oldest segments beyond the size, and keeps the rest', async () => {
    const outbox = open({ segmentBytes: 200 });
    for (const tag of ['a', 'b', 'c', 'd', 'e', 'f']) await outbox.append([newEvent(tag)]);
    const [first = '', second = ''] = await segments();
    await age(first, 2_000);
    await age(second, 1_000);

    const trimmed = await outbox.trim({ ...ALL, bytes: 400 });

    expect(trimmed).toEqual({ events: 4, consumers: [] });
    expect(await tagsIn(outbox)).toEqual(['e', 'f']);
  });

  it('drops segments that were last written before the time', async () => {
    const outbox = open({ segmentBytes: 200 });
    for (const tag of ['a', 'b', 'c']) await outbox.append([newEvent(tag)]);
    const [first = ''] = await segments();
    await age(first, 3 * HOUR_MS);

    await outbox.trim({ ...ALL, ageMs: 2 * HOUR_MS });

    expect(await tagsIn(outbox)).toEqual(['c']);
  });

  it('never drops the segment that another process may append to', async () => {
    const [one, other] = [open(), open()];
    await one.append([newEvent('a')]);

    expect(await other.trim({ ageMs: 0, bytes: 0 })).toEqual({ events: 0, consumers: [] });
    await one.append([newEvent('b')]);

    expect(await tagsIn(other)).toEqual(['a', 'b']);
  });

  it('removes the directory of a writer that is gone, once nothing is left in it', async () => {
    const dead = open({ idleMs: HOUR_MS });
    await dead.append([newEvent('a')]);
    const [segment = ''] = await segments();
    await age(segment, 3 * HOUR_MS);
    const outbox = open({ idleMs: HOUR_MS });

    expect((await outbox.trim({ ...ALL, ageMs: HOUR_MS })).events).toBe(1);
    const [directory = ''] = await writers();
    await age(join(root, directory), 3 * HOUR_MS);
    await outbox.trim(ALL);

    expect(await writers()).toEqual([]);
  });

  it('leaves a writer able to append after its directory was removed', async () => {
    const outbox = open();
    await outbox.append([newEvent('a')]);
    await rm(root, { recursive: true });

    await outbox.append([newEvent('b')]);

    expect(await tagsIn(outbox)).toEqual(['b']);
  });
});
