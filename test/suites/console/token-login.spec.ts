import { afterAll, describe, expect, it } from '@jest/globals';
import { type Page } from 'playwright-core';

import { OpenIdIssuer } from '../../support/openid-issuer.js';
import { type Pusher } from '../../support/push-over-http.js';
import { until } from '../../support/until.js';
import { useBench } from './bench.js';
import { pushContent } from './push-content.js';
import { imageOf } from './seed.js';

const RULES = `
groups:
  builders: external
rules:
  - { repositories: ['**'], who: [alice], can: [pull, push, delete] }
  - { repositories: ['team/**'], who: [group:builders], can: [pull] }
admins: [alice]
`;

/** How long the token of a job is valid. A login and a page are quicker. */
const VALID_SECONDS = 8;

const issuer = await OpenIdIssuer.start();

afterAll(() => issuer.stop());

describe('a login with a token', () => {
  const bench = useBench({
    seed: (pusher) => pushContent(pusher, 'team/app', '1.0', imageOf('app')),
    guard: { passwords: { alice: 'wonderland-7' }, rules: RULES },
    environment: {
      REGISTRY_OIDC_ISSUER: issuer.url,
      REGISTRY_OIDC_AUDIENCE: 'registry.test',
      REGISTRY_OIDC_NAME_CLAIM: 'sub',
      REGISTRY_OIDC_GROUPS: 'builders=team:builders',
    },
  });

  /** Opens the login, and then makes the token, so that its time is not spent on that. */
  const openWith = async (makeToken: () => Promise<string>): Promise<Page> => {
    const page = await bench().open('repositories', { statuses: [401] });
    await page.getByLabel('Name').fill('ci');
    // A token has hundreds of characters, which take seconds to type.
    await page.getByLabel('Password or token').fill(await makeToken());
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'team/app' }).waitFor();
    return page;
  };
  /** Searches until the page shows the login. */
  const searchUntilLogin = async (page: Page): Promise<void> => {
    const login = page.getByRole('heading', { level: 1, name: 'Log in' });
    const field = page.getByLabel('Search repositories');
    let searches = 0;
    await until(async () => {
      searches++;
      // The login may come meanwhile.
      await field.fill(`app${searches}`, { timeout: 500 }).catch(() => undefined);
      // A search begins a moment after the last key.
      await page.waitForTimeout(500);
      return (await login.count()) > 0;
    });
  };

  it('of OpenID Connect ends when the token ends', async () => {
    let ends = 0;
    const page = await openWith(() => {
      ends = Math.floor(Date.now() / 1_000) + VALID_SECONDS;
      return issuer.token({ exp: ends, team: 'builders' });
    });
    await page.getByRole('button', { name: 'oidc:job-1' }).waitFor();
    await searchUntilLogin(page);

    // A cookie has its age in whole seconds, so the browser forgets it up to a second before.
    expect(Date.now()).toBeGreaterThanOrEqual((ends - 1) * 1_000);
    expect(await page.getByText('team/app').count()).toBe(0);
  });

  it('of a robot ends when the robot is revoked', async () => {
    const { id, token } = await createRobot(bench().pusher);
    const page = await openWith(() => Promise.resolve(token));
    await page.reload();
    await page.getByRole('link', { name: 'team/app' }).waitFor();
    await ask(bench().pusher, 'DELETE', `robots/${id}`);
    await searchUntilLogin(page);

    expect(await page.getByText('team/app').count()).toBe(0);
  });
});

interface NewRobot {
  readonly id: string;
  readonly token: string;
}

async function createRobot(pusher: Pusher): Promise<NewRobot> {
  const grants = [{ repositories: 'team/**', actions: ['pull'] }];
  const answer = await ask(pusher, 'POST', 'robots', { name: 'ci', grants });
  return (await answer.json()) as NewRobot;
}

async function ask(
  { url, headers = {} }: Pusher,
  method: string,
  path: string,
  body?: object,
): Promise<Response> {
  const answer = await fetch(`${url}/api/v1/${path}`, {
    method,
    headers: { ...headers, 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}
