import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Page } from 'playwright-core';

import { freePort } from '../../support/server-process.js';
import { until } from '../../support/until.js';
import { violationsOf } from './accessibility.js';
import { useBench } from './bench.js';
import { logIn } from './log-in.js';
import { type Pusher } from '../../support/push-over-http.js';
import { pushContent } from './push-content.js';
import { imageOf } from './seed.js';
import { itAtEachWidth, PHONE } from './views.js';

async function seed(pusher: Pusher): Promise<void> {
  for (let at = 0; at < 30; at++) {
    await pushContent(pusher, 'team/app', `1.${at}`, imageOf(`app ${at % 3}`));
  }
  await pushContent(pusher, 'base/debian', 'bookworm', imageOf('debian'));
  const tag = `${pusher.url}/api/v1/repositories/team%2Fapp/tags/1.0`;
  const deleted = await fetch(tag, { method: 'DELETE', headers: { ...pusher.headers } });
  if (!deleted.ok) throw new Error(`DELETE ${tag}: ${deleted.status}`);
}

const LIST = { name: 'Events, the newest first' };

describe('the page of events', () => {
  const bench = useBench({ seed });

  itAtEachWidth('has no barrier, also with the types opened', async (view) => {
    const page = await bench().open('events', { view });
    await page.getByRole('list', LIST).waitFor();
    await page.getByRole('combobox', { name: 'Types' }).click();
    await page.getByRole('option', { name: 'Deleted tags' }).waitFor();

    expect(await violationsOf(page)).toEqual([]);
  });

  it('has the newest first, by one request, and more on demand', async () => {
    const page = await bench().open('events');
    const entries = page.getByRole('list', LIST).getByRole('listitem');
    await entries.first().waitFor();
    const [first, second] = await entries.allTextContents();
    const asked = bench()
      .apiRequests()
      .filter((line) => line.includes('/events'));
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.getByText('New repository team/app').waitFor();

    expect([first, second].join()).toContain('Deleted tag team/app:1.0');
    expect(asked).toEqual(['GET /api/v1/events?order=newest&limit=50']);
  });

  it('filters by type and repository, which the address keeps', async () => {
    const page = await bench().open('events');
    await page.getByRole('combobox', { name: 'Types' }).click();
    await page.getByRole('option', { name: 'New tags' }).click();
    await page.keyboard.press('Escape');
    await page.getByLabel('Repositories').fill('base/**');
    const entries = page.getByRole('list', LIST).getByRole('listitem');
    await page.getByText('New tag team/app').first().waitFor({ state: 'detached' });

    expect((await entries.allTextContents()).join()).toContain('New tag base/debian:bookworm');
    expect(await entries.count()).toBe(1);
    expect(new URL(page.url()).search).toBe('?types=tag.created&repositories=base%2F**');
  });

  it('says what is wrong with a pattern, and that nothing is found', async () => {
    const page = await bench().open('events?repositories=Team', { statuses: [400] });
    await page.getByRole('alert').getByText('no repository can match Team').waitFor();
    await page.getByLabel('Repositories').fill('none/**');

    await page.getByText('No such event').waitFor();
  });

  it('says that there are newer events, and shows them on demand', async () => {
    const page = await bench().open('events');
    await page.getByRole('list', LIST).waitFor();
    await pushContent(bench().pusher, 'team/newer', '1.0', imageOf('newer'));
    await page.getByRole('button', { name: /Show \d newer event/ }).click();

    await page.getByRole('link', { name: 'team/newer:1.0' }).first().waitFor();
  });

  it('shows an error with a way to try again when the connection is lost', async () => {
    const page = await bench().open('events', { lostRequests: true });
    await page.getByRole('list', LIST).waitFor();
    await page.route('**/api/v1/events?*', (route) => route.abort());
    await page.getByLabel('Repositories').fill('base/**');
    await page.getByText('The registry cannot be reached.').waitFor();
    await page.unroute('**/api/v1/events?*');
    await page.getByRole('button', { name: 'Try again' }).click();

    await page.getByText('base/debian:bookworm').first().waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('is there again by itself when the browser is online again', async () => {
    const page = await bench().open('events', { lostRequests: true });
    await page.getByRole('list', LIST).waitFor();
    await page.context().setOffline(true);
    await page.getByLabel('Repositories').fill('base/**');
    await page.getByText('The registry cannot be reached.').waitFor();
    await page.context().setOffline(false);

    await page.getByText('base/debian:bookworm').first().waitFor();
  });

  it('shows an example when there is no webhook', async () => {
    const page = await bench().open('events?tab=webhooks');

    await page.getByText('No webhook').waitFor();
  });
});

describe('webhooks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-console-events-'));
  const file = join(folder, 'events.yaml');
  writeFileSync(file, 'keep: { days: 7 }\n');
  let receiver: Server;
  const bench = useBench({ seed, environment: { REGISTRY_EVENTS_FILE: file } });

  beforeAll(async () => {
    const port = await freePort();
    receiver = createServer((request, response) => {
      request.resume();
      response.writeHead(request.url === '/good' ? 204 : 500).end();
    }).listen(port, '127.0.0.1');
    await once(receiver, 'listening');
    writeFileSync(join(folder, 'key'), `whsec_${Buffer.alloc(32, 7).toString('base64')}\n`);
    const urls = ['good', 'bad'].map((path) => `http://127.0.0.1:${port}/${path}`);
    writeFileSync(
      file,
      `webhooks:
  - { name: deploy, url: '${urls[0] ?? ''}', secretFile: key, types: ['tag.*'] }
  - { name: audit, url: '${urls[1] ?? ''}', secretFile: key }
`,
    );
    // A page that is opened before the registry has read the file again has no webhooks.
    await until(async () => (await shownWebhooks()).includes('"audit"'));
  });

  afterAll(async () => {
    receiver.close();
    await once(receiver, 'close');
    rmSync(folder, { recursive: true, force: true });
  });

  const shownWebhooks = async (): Promise<string> => {
    const answer = await fetch(`${bench().url}/api/v1/webhooks`);
    return answer.text();
  };

  const openHooks = async (page: Page): Promise<void> => {
    await page.getByRole('list', { name: 'Webhooks' }).getByText('deploy').waitFor();
  };

  itAtEachWidth('have no barrier, with their deliveries', async (view) => {
    const page = await bench().open('events?tab=webhooks', { view });
    await openHooks(page);
    await page.getByRole('button', { name: 'Deliveries' }).last().click();
    await page.getByRole('region', { name: 'Last attempts' }).waitFor();

    expect(await violationsOf(page)).toEqual([]);
  });

  it('are tested on demand, and say how the test was received', async () => {
    const page = await bench().open('events?tab=webhooks');
    await openHooks(page);
    const [good, bad] = [0, 1].map((at) =>
      page.getByRole('button', { name: 'Send a test' }).nth(at),
    );
    await good?.click();
    await page.getByText(/Received in \d+ ms/).waitFor();
    await bad?.click();

    await page.getByText(/Not received: .*500/).waitFor();
  });

  it('show that events are tried again', async () => {
    await pushContent(bench().pusher, 'team/hooks', '1.0', imageOf('hooks'));
    await until(async () => (await shownWebhooks()).includes('"failing"'));
    const page = await bench().open('events?tab=webhooks');
    await openHooks(page);
    await page.getByText('failing, tries again').waitFor();
    await page.getByRole('button', { name: 'Deliveries' }).last().click();

    await page
      .getByRole('table', { name: 'Tried again later' })
      .getByText('team/hooks')
      .first()
      .waitFor();
  });

  it('fit on a phone', async () => {
    const page = await bench().open('events?tab=webhooks', { view: PHONE });
    await openHooks(page);

    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });
});

describe('events of a registry with logins', () => {
  const bench = useBench({
    seed,
    guard: {
      passwords: { alice: 'wonderland-7', bob: 'builder-builder' },
      rules: `
admins: [alice]
rules:
  - { repositories: ['**'], who: [alice], can: [pull, push, delete] }
  - { repositories: ['base/**'], who: [bob], can: [pull] }
`,
    },
  });

  /** Logs in, and returns everything that the page gets from the API meanwhile. */
  async function bodiesOf(name: string, password: string, path: string): Promise<string> {
    const page = await bench().open(path, { statuses: [401] });
    const bodies: Promise<string>[] = [];
    page.on('response', (answer) => {
      if (answer.url().includes('/api/v1/') && answer.request().method() === 'GET') {
        bodies.push(answer.text().catch(() => ''));
      }
    });
    await logIn(page, name, password);
    await page.getByText('base/debian:bookworm').first().waitFor();
    return `${(await Promise.all(bodies)).join('\n')}\n${(await page.textContent('body')) ?? ''}`;
  }

  it.each(['events', 'live'])(
    'show nothing of what one may not pull, and webhooks and failed logins only to administrators: %s',
    async (path) => {
      await fetch(`${bench().url}/api/v1/me`, {
        headers: { Authorization: `Basic ${Buffer.from('mallory:guess').toString('base64')}` },
      });
      const [alice, bob] = [
        await bodiesOf('alice', 'wonderland-7', path),
        await bodiesOf('bob', 'builder-builder', path),
      ];

      expect(alice).toContain('team/app');
      expect(alice).toContain('Failed login as “mallory”');
      for (const secret of ['team/', 'mallory', 'login.failed', 'Webhooks']) {
        expect(bob).not.toContain(secret);
      }
    },
  );
});
