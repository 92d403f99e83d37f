import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';

import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';

import { createBerthClient } from '../../../src/api/client/berth-client.js';
import { eventsOf } from '../../../src/api/client/registry-events.js';
import { parseEvent } from '../../../src/domain/registry-event.js';
import { parseEventsFile } from '../../../src/events/events-file.js';
import { cloudEventOf } from '../../../src/events/webhooks/cloud-event.js';
import { distributionEnvelopeOf } from '../../../src/events/webhooks/distribution-envelope.js';

const PAGE = readFileSync(join(import.meta.dirname, '../../../docs/events.md'), 'utf8');

/** The first block of a language after a text. */
function blockAfter(text: string, language: string): string {
  const rest = PAGE.slice(PAGE.indexOf(text));
  return new RegExp(`\`\`\`${language}\\n([^\`]*)\`\`\``).exec(rest)?.[1] ?? '';
}

const event = parseEvent(blockAfter('## Fields', 'json'));
if (event === undefined) throw new Error('the page shows no event');

describe('docs/events.md', () => {
  it('has an events file that is valid', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'berth-events-docs-'));
    const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
    await writeFile(join(folder, 'deploy.secret'), secret);
    const text = blockAfter('## Webhooks', 'yaml');
    const { webhooks } = await parseEventsFile(text, join(folder, 'events.yaml'));
    await rm(folder, { recursive: true });

    expect(webhooks).toMatchObject([{ name: 'deploy', format: 'cloudevents' }]);
  });

  it('shows its event as a webhook gets it', () => {
    const shown: unknown = JSON.parse(blockAfter('body of [CloudEvents', 'json'));
    expect(JSON.parse(cloudEventOf(event, 'registry.example').body)).toEqual(shown);
  });

  it('shows the push of its event as receivers of distribution get it', () => {
    const shown: unknown = JSON.parse(blockAfter('### Receivers of distribution', 'json'));
    const { tag = '', previous, ...data } = event.data;
    expect(previous).toBeDefined();
    const pushed = { ...event, type: 'manifest.pushed', data: { ...data, tags: [tag] } };
    expect(JSON.parse(distributionEnvelopeOf(pushed, 'registry.example').body)).toEqual(shown);
  });

  it('verifies a signature as a receiver does', () => {
    const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
    const { body } = cloudEventOf(event, 'registry.example');
    const now = new Date();
    const headers = {
      'webhook-id': event.id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret).sign(event.id, now, body),
    };
    const code = blockAfter('libraries verify them', 'ts');
    const verify = compileFunction(`${code}; return event;`, [
      'Webhook',
      'secret',
      'body',
      'headers',
    ]) as (...parts: unknown[]) => unknown;
    expect(verify(Webhook, secret, body, headers)).toMatchObject({ id: event.id });
  });

  it('follows the stream as a program does', async () => {
    const { id, type, repository } = event;
    const answer = `id: ${id}\ndata: ${JSON.stringify(event)}\n\n`;
    const ending = new AbortController();
    const client = createBerthClient({
      url: 'http://registry.example',
      fetch: () => Promise.resolve(new Response(answer)),
    });
    const lines: unknown[][] = [];
    const console = {
      log: (...parts: unknown[]) => {
        lines.push(parts);
        ending.abort();
      },
    };
    const code = blockAfter('follows the stream in Node', 'ts');
    const names = ['eventsOf', 'client', 'signal', 'console'];
    const follow = compileFunction(`return (async () => { ${code} })();`, names) as (
      ...parts: unknown[]
    ) => Promise<void>;
    await follow(eventsOf, client, ending.signal, console);

    expect(lines).toEqual([[type, repository]]);
  });
});
