import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RequestMethod } from '@nestjs/common';
import { CONTROLLER_WATERMARK, METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { type Response } from 'supertest';

import { ACTIONS, type Action } from '../../../src/access/policy/action.js';
import { Requires, type Requirement } from '../../../src/access/guard/requires.js';
import { HealthController } from '../../../src/observe/health/health.controller.js';
import { basic, bearer, GuardedRegistry } from '../../support/access.js';
import { FORGERIES } from '../../support/forged-tokens.js';

type ControllerClass = abstract new (...parts: never[]) => object;

const SOURCE = fileURLToPath(new URL('../../../src', import.meta.url));

/** All controllers of the source: a new one is tested as soon as it exists. */
const CONTROLLERS = await controllersIn(SOURCE);

async function controllersIn(directory: string): Promise<ControllerClass[]> {
  const files = await readdir(directory, { recursive: true });
  const modules = files
    .filter((file) => file.endsWith('.controller.ts'))
    .map(async (file) => (await import(join(directory, file))) as Record<string, unknown>);
  const exported = (await Promise.all(modules)).flatMap((module) => Object.values(module));
  return exported.filter(isController);
}

function isController(value: unknown): value is ControllerClass {
  return typeof value === 'function' && Reflect.hasMetadata(CONTROLLER_WATERMARK, value);
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly requirement: Requirement;
}

/** Returns every route of the controllers, by Nest's metadata, with a path in `repository`. */
function routesIn(repository: string): Route[] {
  const digest = `sha256:${'a'.repeat(64)}`;
  return CONTROLLERS.flatMap((controller) => {
    const handlers = Object.values(
      Object.getOwnPropertyDescriptors(controller.prototype as object),
    );
    return handlers.flatMap((descriptor: PropertyDescriptor) => {
      const value: unknown = descriptor.value;
      if (typeof value !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, value)) return [];
      const verb = Number(Reflect.getMetadata(METHOD_METADATA, value));
      const pattern = String(Reflect.getMetadata(PATH_METADATA, value));
      const path = pattern
        .replace('*name', repository)
        .replace(':digest', digest)
        .replace(':reference', '1.0')
        .replace(':tag', '1.0')
        .replace(':id', '6e5a1b0c-6e51-4bb2-9bd4-0123456789ab')
        .replace('{/}', '/');
      const requirement = Reflect.getMetadata(Requires.KEY, value) as Requirement;
      const base = String(Reflect.getMetadata(PATH_METADATA, controller));
      const whole = `/${base}/${path}`
        .replaceAll(/\/+/g, '/')
        .replace(/(?<=\w)\/$/, base === 'v2' ? '/' : '');
      return [{ method: RequestMethod[verb] ?? '', path: whole, requirement }];
    });
  });
}

const ROUTES = routesIn('team/app');
const isRight = (requirement: Requirement): requirement is Action =>
  (ACTIONS as readonly Requirement[]).includes(requirement);
const GUARDED = ROUTES.filter(({ requirement }) => isRight(requirement));

const OTHERS: Readonly<Record<Action, string>> = {
  pull: '[push, delete]',
  push: '[pull, delete]',
  delete: '[pull, push]',
};
const RULES = `
admins: [all]
rules:
  - { repositories: ['team/**'], who: [all], can: [pull, push, delete] }
  - { repositories: ['team/**'], who: [no-pull], can: ${OTHERS.pull} }
  - { repositories: ['team/**'], who: [no-push], can: ${OTHERS.push} }
  - { repositories: ['team/**'], who: [no-delete], can: ${OTHERS.delete} }
`;
const USERS = ['all', 'no-pull', 'no-push', 'no-delete', 'none'];

let guarded: GuardedRegistry;
/** For password guesses, which also slow down other clients at this address. */
let guessed: GuardedRegistry;
beforeAll(async () => {
  guarded = await GuardedRegistry.start(USERS, RULES);
  guessed = await GuardedRegistry.start(USERS, RULES);
});
afterAll(async () => {
  await guarded.stop();
  await guessed.stop();
});

async function send(
  { method, path }: Route,
  authorization?: string,
  { registry } = guarded,
): Promise<Response> {
  // The head of a stream ends.
  const verb = (path.endsWith('/stream') ? 'head' : method.toLowerCase()) as 'get';
  const request = registry.http[verb](path);
  return authorization === undefined ? request : request.set('Authorization', authorization);
}

/** Resolves to status and body, with the repository's name made equal. */
async function answer(route: Route, authorization?: string): Promise<unknown> {
  const response = await send(route, authorization);
  // superagent sets no text for HEAD, despite its types.
  const text = response.text as string | undefined;
  return { status: response.status, text: text?.replaceAll('team/other', 'team/app') };
}

it('finds the controllers of the source', () => {
  expect(CONTROLLERS).toContain(HealthController);
  expect(CONTROLLERS.length).toBeGreaterThanOrEqual(8);
});

describe.each(GUARDED)('$method $path, which needs $requirement', (route) => {
  const right = route.requirement as Action;
  const elsewhere = routesIn('team/other').find(
    ({ method, path }) => method === route.method && path === route.path.replace('app', 'other'),
  ) as Route;

  it('is refused without a login, and the response says how to log in', async () => {
    const response = await send(route);
    expect(response.status).toBe(401);
    expect(response.headers['docker-distribution-api-version']).toBe('registry/2.0');
    expect(response.headers['www-authenticate']).toMatch(
      new RegExp(
        `^Bearer realm="http://127.0.0.1:\\d+/v2/_token",service="berth",scope="repository:team/app:[a-z,]*${right}"$`,
      ),
    );
    expect(await answer(route)).toEqual(await answer(elsewhere));
  });

  it.each([
    ['a wrong password', () => basic('all', 'guess')],
    ['an unknown name', () => basic('nobody', 'guess')],
    ['another scheme', () => 'Digest username=all'],
    ['a malformed token', () => 'Bearer rubbish'],
  ])('is refused with %s', async (_, authorization) => {
    const response = await send(route, authorization(), guessed);
    // Repeated guesses get 429, which does not let them in either.
    expect([401, 429]).toContain(response.status);
    if (response.status === 401) {
      expect(response.headers['www-authenticate']).toContain('scope="repository:team/app:');
    }
  });

  it.each([`no-${right}`, 'none'])('is refused without the right (%s)', async (user) => {
    const refused = await answer(route, basic(user));
    expect(refused).toMatchObject({ status: 403 });
    expect(await answer(elsewhere, basic(user))).toEqual(refused);
    const scope = 'repository:team/app:pull,push,delete';
    const token = await guarded.token(basic(user), scope);
    expect(await answer(route, bearer(token))).toEqual(refused);
  });

  it('is refused with too little scope, and the response names the needed scope', async () => {
    const others = { pull: 'push,delete', push: 'pull,delete', delete: 'pull,push' }[right];
    const lacks = `${right} ${{ pull: 'from', push: 'to', delete: 'in' }[right]} team/app`;
    const tokens = [
      await guarded.token(basic('all'), `repository:team/app:${others}`),
      await guarded.token(basic('all'), `repository:team/other:${right}`),
      await guarded.token(basic('all')),
    ];
    for (const token of tokens) {
      const response = await send(route, bearer(token));
      expect(response.status).toBe(401);
      expect(response.headers['www-authenticate']).toContain('error="insufficient_scope"');
      // A response to HEAD has no body.
      if (route.method !== 'HEAD') expect(response.text).toContain(`does not allow ${lacks}`);
    }
  });

  it('is refused with an anonymous token', async () => {
    const token = await guarded.token(undefined);
    expect(await answer(route, bearer(token))).toMatchObject({ status: 401 });
  });

  it.each(Object.entries(FORGERIES))('is refused with %s', async (_, forge) => {
    const token = await forge(guarded.keys, right);
    expect(await answer(route, bearer(token))).toMatchObject({ status: 401 });
  });

  it('is refused to a robot that was revoked, has expired, or has other grants', async () => {
    const { robots } = guarded;
    const grants = [{ repositories: 'team/*', actions: [right] }];
    const revoked = await robots.create({ grants, expiresAt: undefined });
    const scoped = await guarded.token(
      basic('robot', revoked.token),
      `repository:team/app:${right}`,
    );
    await robots.revoke(revoked.id);
    const expired = await robots.create({ grants, expiresAt: Date.now() - 1 });
    for (const credential of [bearer(revoked.token), bearer(scoped), bearer(expired.token)]) {
      expect(await answer(route, credential)).toMatchObject({ status: 401 });
    }
    const other = await robots.create({
      grants: [{ repositories: 'other/*', actions: [right] }],
      expiresAt: undefined,
    });
    expect(await answer(route, bearer(other.token))).toMatchObject({ status: 403 });
  });

  it('is allowed with the right: by password, by token, and as a robot', async () => {
    const scope = `repository:team/app:${right}`;
    const { token } = await guarded.robots.create({
      grants: [{ repositories: 'team/*', actions: [right] }],
      expiresAt: undefined,
    });
    const credentials = [
      basic('all'),
      bearer(await guarded.token(basic('all'), scope)),
      basic('any', token),
      bearer(token),
      bearer(await guarded.token(basic('any', token), scope)),
    ];
    for (const credential of credentials) {
      const { status } = await send(route, credential);
      expect([401, 403, 429, 500]).not.toContain(status);
    }
  });
});

describe.each(ROUTES.filter(({ requirement }) => ['login', 'catalog'].includes(requirement)))(
  '$method $path, which needs a login',
  (route) => {
    it('accepts every valid token, whatever its scope', async () => {
      expect((await send(route)).status).toBe(401);
      expect([401, 429]).toContain((await send(route, basic('all', 'guess'), guessed)).status);
      expect((await send(route, basic('none'))).status).toBe(200);
      expect((await send(route, bearer(await guarded.token(basic('none'))))).status).toBe(200);
    });
  },
);

const OF_THE_API = ROUTES.filter(({ requirement }) => requirement.startsWith('api'));

describe.each(OF_THE_API)('$method $path, which needs $requirement', (route) => {
  const { requirement } = route;

  it('is refused without a login, and the response says how to log in', async () => {
    const response = await send(route);
    expect(response.status).toBe(401);
    expect(response.headers['www-authenticate']).toMatch(
      /^Bearer realm="[^"]+",service="berth",scope="registry:api:\*"$/,
    );
    expect(response.headers['content-type']).toBe('application/problem+json');
  });

  it('is refused with a wrong password, and with a token for something else', async () => {
    expect([401, 429]).toContain((await send(route, basic('all', 'guess'), guessed)).status);
    for (const scopes of [[], ['repository:team/app:pull,push,delete'], ['registry:catalog:*']]) {
      const response = await send(route, bearer(await guarded.token(basic('all'), ...scopes)));
      expect(response.status).toBe(401);
      expect(response.headers['www-authenticate']).toContain('error="insufficient_scope"');
    }
  });

  it.each(Object.entries(FORGERIES))('is refused with %s', async (_, forge) => {
    expect((await send(route, bearer(await forge(guarded.keys, 'pull')))).status).toBe(401);
  });

  it('is allowed with the right: by password, and by a token for the API', async () => {
    const token = await guarded.token(basic('all'), 'registry:api:*');
    for (const credential of [basic('all'), bearer(token)]) {
      expect([401, 403, 429, 500]).not.toContain((await send(route, credential)).status);
    }
  });

  it('is refused to others as its requirement says', async () => {
    const { status } = await send(route, basic('none'));
    if (requirement === 'api:admin') expect(status).toBe(403);
    else if (requirement === 'api' || requirement === 'api:change')
      expect([200, 202, 204, 400, 404]).toContain(status);
    else expect(status).toBe(404);
  });

  it('never gives a robot what needs an administrator', async () => {
    const everything = [{ repositories: '**', actions: ACTIONS }];
    const { token } = await guarded.robots.create({ grants: everything, expiresAt: undefined });
    const { status } = await send(route, basic('any', token));
    if (requirement === 'api:admin') expect(status).toBe(403);
    else expect([401, 403, 429, 500]).not.toContain(status);
  });
});
