import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Page } from 'playwright-core';

import { API_CHANGES, filledIn } from '../../support/api-changes.js';
import { until } from '../../support/until.js';
import { PageServer } from '../browsers/page-server.js';
import { useBench } from './bench.js';
import { logIn } from './log-in.js';
import { imageOf } from './seed.js';
import { pushContent } from './push-content.js';

const RULES = `
admins: [alice]
rules:
  - { repositories: ['**'], who: [alice], can: [pull, push, delete] }
`;
const PASSWORD = 'wonderland-7';
const IMAGE = imageOf('app');

/** Every operation that changes something, on content that exists. */
const CHANGES = API_CHANGES.map(({ method, path }) => ({
  method: method.toUpperCase(),
  path: filledIn(path, IMAGE.descriptor.digest),
}));

/**
 * Watches the requests that a page sends to `url`. Returns a function that returns the status of each response so far, also of those that
 * the browser keeps from the page. A status may come after the page knows of the response, and before the request is reported.
 */
async function statusesOf(page: Page, url: string): Promise<() => number[]> {
  const sent = new Set<string>();
  const received: { readonly requestId: string; readonly statusCode: number }[] = [];
  const network = await page.context().newCDPSession(page);
  await network.send('Network.enable');
  network.on('Network.requestWillBeSent', ({ requestId, request }) => {
    if (request.url.startsWith(url)) sent.add(requestId);
  });
  network.on('Network.responseReceivedExtraInfo', (response) => received.push(response));
  return () =>
    received.filter(({ requestId }) => sent.has(requestId)).map(({ statusCode }) => statusCode);
}

// To a browser another port of a host is the same site, so it sends the cookie from there. A page of another name gets none.
describe.each(['127.0.0.1', 'localhost'] as const)('a page of another origin at %s', (name) => {
  const guard = { passwords: { alice: PASSWORD }, rules: RULES };
  const bench = useBench({
    guard,
    seed: (pusher) => pushContent(pusher, 'team/app', '1.0', IMAGE),
  });
  let others: PageServer;
  beforeAll(async () => {
    others = await PageServer.start(name);
  });
  afterAll(() => others.stop());

  /** Logs in to the console, and opens a page of the other origin beside it. */
  const openBoth = async (): Promise<{ own: Page; other: Page; statuses: () => number[] }> => {
    const own = await bench().open('repositories/team/app', { statuses: [401] });
    await logIn(own, 'alice', PASSWORD);
    await own.getByRole('link', { name: '1.0' }).waitFor();
    const other = await own.context().newPage();
    await other.goto(others.origin);
    const statuses = await statusesOf(other, bench().url);
    return { own, other, statuses };
  };

  /** Whether the session goes on, and the tag is where it was. */
  const expectNothingChanged = async (own: Page): Promise<void> => {
    await own.reload();
    await own.getByRole('link', { name: '1.0' }).waitFor();
    await own.getByRole('button', { name: 'alice' }).waitFor();
    const robots = await own.evaluate(async () => (await fetch('../api/v1/robots')).text());
    expect(JSON.parse(robots)).toMatchObject({ robots: [] });
  };

  it('changes nothing by fetch with the credentials of the person', async () => {
    const { own, other } = await openBoth();
    const results = await other.evaluate(
      async ([url, changes]) => {
        const ask = (path: string, init: RequestInit): Promise<string> =>
          fetch(url + path, { credentials: 'include', ...init }).then(
            ({ status, type }) => `${type} ${status}`,
            () => 'refused',
          );
        const body = '{"name":"evil"}';
        const all: string[] = [];
        for (const { method, path } of changes) {
          const headers = { 'Content-Type': 'application/json' };
          all.push(await ask(path, { method, headers, body }));
          if (method === 'POST') all.push(await ask(path, { method, mode: 'no-cors', body }));
        }
        return all;
      },
      [bench().url, CHANGES] as const,
    );

    expect(CHANGES.length).toBeGreaterThan(10);
    expect(new Set(results)).toEqual(new Set(['refused', 'opaque 0']));
    await expectNothingChanged(own);
  });

  it('changes nothing by a form', async () => {
    const { own, other, statuses } = await openBoth();
    for (const { path } of CHANGES) {
      await other.goto(others.origin);
      await Promise.all([
        other.waitForURL(`${bench().url}/**`),
        other.evaluate((action) => {
          const form = document.createElement('form');
          Object.assign(form, { action, method: 'post', enctype: 'text/plain' });
          form.innerHTML = '<input name=\'{"name":"alice","password":"\' value=\'wonderland-7"}\'>';
          document.body.append(form);
          form.submit();
        }, bench().url + path),
      ]);
    }

    await until(() => statuses().length >= CHANGES.length);
    expect(new Set(statuses())).toEqual(new Set([403]));
    await expectNothingChanged(own);
  });

  it('changes nothing and shows nothing by an image', async () => {
    const { own, other, statuses } = await openBoth();
    const paths = [...new Set(CHANGES.map(({ path }) => path))];
    const sizes = await other.evaluate(
      (sources) =>
        Promise.all(
          sources.map(
            (src) =>
              new Promise<number>((settle) => {
                const image = new Image();
                image.onload = image.onerror = () => settle(image.naturalWidth);
                image.src = src;
              }),
          ),
        ),
      paths.map((path) => bench().url + path),
    );

    // A page of the same site may ask for what changes nothing, and gets no byte of the response.
    await until(() => statuses().length >= paths.length);
    if (name === 'localhost') expect(statuses()).toEqual(paths.map(() => 403));
    expect(new Set(sizes)).toEqual(new Set([0]));
    await expectNothingChanged(own);
  });
});
