import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from '@jest/globals';

import { openFilesystemStorage } from '../../../src/storage/filesystem/filesystem-storage.js';
import { freePort } from '../../support/server-process.js';
import { until } from '../../support/until.js';
import { violationsOf } from './accessibility.js';
import { useBench } from './bench.js';

const folder = mkdtempSync(join(tmpdir(), 'berth-console-redelivery-'));
const received: string[] = [];
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    received.push((JSON.parse(Buffer.concat(chunks).toString()) as { id: string }).id);
    response.writeHead(204).end();
  });
}).listen(await freePort(), '127.0.0.1');
await once(receiver, 'listening');

/** Three events that were given up, of which a webhook knows after its last attempt. */
const DEAD = [1, 2, 3].map((at) => ({
  event: {
    id: `01M8N8YKKQ00021AT73GZH8B1${at}`,
    type: 'tag.created',
    time: new Date().toISOString(),
    repository: 'team/app',
    data: { tag: `1.${at}`, sequence: at },
  },
  attempts: 10,
  at: Date.now(),
  result: 'the receiver answered 500',
}));

function eventsFile(): string {
  const address = receiver.address();
  if (address === null || typeof address === 'string') throw new Error('the receiver has no port');
  const file = join(folder, 'events.yaml');
  writeFileSync(join(folder, 'key'), `whsec_${Buffer.alloc(32, 7).toString('base64')}\n`);
  writeFileSync(
    file,
    `webhooks: [{ name: deploy, url: 'http://127.0.0.1:${address.port}/', secretFile: key }]\n`,
  );
  return file;
}

describe('a webhook with events that were given up', () => {
  const bench = useBench({
    environment: { REGISTRY_EVENTS_FILE: eventsFile() },
    store: async (path) => {
      const { outbox } = openFilesystemStorage({ path });
      const now = (await outbox.locate('now')) ?? '';
      await outbox.cursors.put('webhook-deploy', now, JSON.stringify({ dead: DEAD }));
    },
  });

  afterAll(async () => {
    receiver.close();
    await once(receiver, 'close');
    rmSync(folder, { recursive: true, force: true });
  });

  it('gets them again after a question', async () => {
    const page = await bench().open('events?tab=webhooks');
    const button = page.getByRole('button', { name: 'Redeliver 3 events' });
    await button.click();
    const dialog = page.getByRole('dialog', { name: 'Redeliver 3 events' });
    await dialog.waitFor();
    const violations = await violationsOf(page);
    const before = [...received];
    await dialog.getByRole('button', { name: 'Redeliver 3 events' }).click();
    await dialog.waitFor({ state: 'detached' });
    await until(() => received.length === 3);

    expect(violations).toEqual([]);
    expect(before).toEqual([]);
    expect(received).toEqual(DEAD.map(({ event }) => event.id));
    await button.waitFor({ state: 'detached' });
  });
});
