import assert from 'node:assert/strict';

import { type NewEvent, type RegistryEvent } from '../../domain/registry-event.js';
import { type EventPosition, type EventStart, type Outbox } from '../ports/outbox.js';
import { pause } from './fixtures.js';
import { storagePerTest, type StorageFactory } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

const GENEROUS = { ageMs: 3_600_000, bytes: 1024 ** 3 };
const NOTHING = { ageMs: 0, bytes: 0 };

/** Declares the tests of `Outbox`. */
export function outboxContract(runner: TestRunner, factory: StorageFactory): void {
  const { it } = runner;
  const subject = storagePerTest(runner, factory);
  const outbox = (): Outbox => subject.storage.outbox;

  it('yields events in order, with ids that ascend and sequence numbers without gaps', async () => {
    await outbox().append(['a', 'b'].map(newEvent));
    await outbox().append([newEvent('c')]);

    const events = await readAll(outbox());

    assert.deepEqual(events.map(tagOf), ['a', 'b', 'c']);
    assert.deepEqual(sorted(events), events);
    assert.deepEqual(
      events.map(({ data }) => data.sequence),
      [1, 2, 3],
    );
  });

  it('keeps everything that an event has', async () => {
    const origin = { requestId: 'r1', address: '10.0.0.1', method: 'PUT', userAgent: 'x "é"\n' };
    const data = { tag: '1.0', previous: `sha256:${'0'.repeat(64)}`, by: 'ann', size: 7 };
    const event: NewEvent = { type: 'tag.moved', repository: 'team/app', data, origin };
    const before = Date.now();

    await outbox().append([event]);

    const [found] = await readAll(outbox());
    const { id, time, ...rest } = found ?? assert.fail('there is no event');
    assert.deepEqual(rest, { ...event, data: { ...data, sequence: 1 } });
    assert.match(id, /^[0-9A-Z]{26}$/);
    assert.ok(Math.abs(Date.parse(time) - before) < 60_000);
  });

  it('yields only later events to a reader that begins now', async () => {
    await outbox().append([newEvent('before')]);
    const now = await locate(outbox(), 'now');

    assert.deepEqual((await outbox().read(now, 10)).events, []);
    await outbox().append([newEvent('after')]);

    assert.deepEqual((await readAll(outbox(), now)).map(tagOf), ['after']);
  });

  it('continues from page to page without a gap or a repetition', async () => {
    const tags = Array.from({ length: 25 }, (_, index) => `t${index}`);
    for (const tag of tags) await outbox().append([newEvent(tag)]);

    assert.deepEqual((await readAll(outbox(), undefined, 4)).map(tagOf), tags);
  });

  it('continues after the event with an id', async () => {
    await outbox().append(['a', 'b', 'c'].map(newEvent));
    const [, second] = await readAll(outbox());

    const after = await locate(outbox(), { after: second?.id ?? '' });

    assert.deepEqual((await readAll(outbox(), after)).map(tagOf), ['c']);
  });

  it('continues at the first event since a time', async () => {
    await outbox().append([newEvent('a')]);
    await pause(5);
    await outbox().append([newEvent('b')]);
    const [first, second] = await readAll(outbox());
    const since = (time: number): Promise<EventPosition> => locate(outbox(), { since: time });
    const [at, later] = [first, second].map((event) => Date.parse(event?.time ?? ''));

    assert.deepEqual((await readAll(outbox(), await since(at ?? 0))).map(tagOf), ['a', 'b']);
    assert.deepEqual((await readAll(outbox(), await since(later ?? 0))).map(tagOf), ['b']);
    assert.deepEqual(await readAll(outbox(), await since((later ?? 0) + 60_000)), []);
    assert.deepEqual((await readAll(outbox(), await since(0))).map(tagOf), ['a', 'b']);
  });

  it('knows no position after an event that it does not have', async () => {
    await outbox().append([newEvent('a')]);

    assert.equal(await outbox().locate({ after: '01JDXXXXXXXXXXXXXXXXXXXXXX' }), undefined);
    assert.equal(await outbox().locate({ after: 'no id' }), undefined);
  });

  it('yields the events of all instances, those of each in order', async () => {
    const second = await subject.secondInstance();
    for (const tag of ['1', '2', '3']) {
      await outbox().append([newEvent(`one-${tag}`)]);
      await second.outbox.append([newEvent(`two-${tag}`)]);
    }

    for (const instance of [outbox(), second.outbox]) {
      const tags = (await readAll(instance)).map(tagOf);
      assert.deepEqual([...tags].sort(), ['one-1', 'one-2', 'one-3', 'two-1', 'two-2', 'two-3']);
      for (const name of ['one', 'two']) {
        const own = tags.filter((tag) => tag.startsWith(name));
        assert.deepEqual(own, [...own].sort());
      }
    }
  });

  it('continues after an id without a gap while two instances append', async () => {
    const second = await subject.secondInstance();
    for (let number = 0; number < 20; number++) {
      await outbox().append([newEvent(`one-${number}`)]);
      await second.outbox.append([newEvent(`two-${number}`)]);
      if (number % 5 === 0) await pause(2);
    }
    const all = await readAll(outbox());

    for (const index of [0, 7, 20, 38]) {
      const after = await locate(second.outbox, { after: all[index]?.id ?? '' });
      assert.deepEqual(await readAll(second.outbox, after), all.slice(index + 1));
    }
  });

  it('calls a listener within a second after any instance appends, until the calls are ended', async () => {
    const second = await subject.secondInstance();
    for (const writer of [outbox(), second.outbox]) {
      const after = await locate(outbox(), 'now');
      const called = new Promise<number>((resolve) => {
        const begun = performance.now();
        const end = outbox().watch(() => {
          void outbox()
            .read(after, 1)
            .then(({ events }) => {
              if (events.length === 0) return;
              end();
              resolve(performance.now() - begun);
            });
        });
      });

      await writer.append([newEvent('a')]);

      assert.ok((await called) < 1_200);
    }
  });

  it('keeps the positions of consumers, also for other instances', async () => {
    const second = await subject.secondInstance();
    await outbox().append(['a', 'b'].map(newEvent));
    const { next } = await outbox().read(await locate(outbox(), 'beginning'), 1);
    assert.equal(await outbox().cursors.get('deploy'), undefined);

    await outbox().cursors.put('deploy', await locate(outbox(), 'beginning'));
    await outbox().cursors.put('deploy', next);

    const position = await second.outbox.cursors.get('deploy');
    assert.deepEqual((await readAll(second.outbox, position)).map(tagOf), ['b']);
    assert.deepEqual([...(await second.outbox.cursors.list())], ['deploy']);
    assert.equal(await second.outbox.cursors.remove('deploy'), true);
    assert.equal(await outbox().cursors.remove('deploy'), false);
    assert.deepEqual([...(await outbox().cursors.list())], []);
  });

  it('keeps a text with a cursor until the next position, or without the cursor', async () => {
    const { cursors } = outbox();
    const position = await locate(outbox(), 'now');
    await cursors.put('deploy', position, 'three attempts');

    assert.equal(await cursors.state('deploy'), 'three attempts');
    assert.equal(await cursors.get('deploy'), position);
    await cursors.put('deploy', position);
    assert.equal(await cursors.state('deploy'), undefined);
    await cursors.put('deploy', position, 'four');
    await cursors.remove('deploy');
    assert.equal(await cursors.state('deploy'), undefined);
  });

  it('refuses a cursor whose name is not one', async () => {
    for (const name of ['', '../x', 'Deploy', 'a b']) {
      await assert.rejects(outbox().cursors.put(name, ''), /is not a valid name of a consumer/);
    }
  });

  it('drops nothing within the limits', async () => {
    await outbox().append(['a', 'b'].map(newEvent));

    assert.deepEqual(await outbox().trim(GENEROUS), { events: 0, consumers: [] });
    assert.equal((await readAll(outbox())).length, 2);
  });

  it('drops what is beyond the limits, and says how much and whose', async () => {
    await outbox().append(['a', 'b', 'c'].map(newEvent));
    const beginning = await locate(outbox(), 'beginning');
    const first = await outbox().read(beginning, 1);
    await outbox().cursors.put('slow', first.next);
    await outbox().cursors.put('current', await locate(outbox(), 'now'));

    const trimmed = await outbox().trim(NOTHING);
    await outbox().append([newEvent('d')]);

    assert.deepEqual(trimmed, { events: 3, consumers: ['slow'] });
    const page = await outbox().read(first.next, 10);
    assert.deepEqual([page.events.map(tagOf), page.missed], [['d'], true]);
    assert.equal(await outbox().locate({ after: first.events[0]?.id ?? '' }), undefined);
    const current = await outbox().read((await outbox().cursors.get('current')) ?? '', 10);
    assert.deepEqual([current.events.map(tagOf), current.missed], [['d'], false]);
  });

  it('counts the events that it appends', async () => {
    await outbox().append(['a', 'b'].map(newEvent));

    assert.deepEqual({ ...outbox().counts }, { appended: 2, lost: 0 });
  });
}

function newEvent(tag: string): NewEvent {
  return { type: 'tag.created', repository: 'team/app', data: { tag } };
}

function tagOf({ data }: RegistryEvent): string {
  return data.tag ?? '';
}

function sorted(events: readonly RegistryEvent[]): RegistryEvent[] {
  return [...events].sort((one, other) => (one.id < other.id ? -1 : 1));
}

async function locate(outbox: Outbox, start: EventStart): Promise<EventPosition> {
  return (await outbox.locate(start)) ?? assert.fail('there is no such position');
}

/** Resolves to all events after a position, by default from the beginning. */
async function readAll(
  outbox: Outbox,
  after?: EventPosition,
  pageSize = 100,
): Promise<RegistryEvent[]> {
  const found: RegistryEvent[] = [];
  let position = after ?? (await locate(outbox, 'beginning'));
  for (;;) {
    const { events, next } = await outbox.read(position, pageSize);
    if (events.length === 0) return found;
    found.push(...events);
    position = next;
  }
}
