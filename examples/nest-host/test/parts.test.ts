import 'reflect-metadata';

import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { NestFactory } from '@nestjs/core';
import { createRegistry } from 'berth-registry';
import { image } from 'berth-registry/testing';

import { meteredStorage } from '../src/metered-blobs.js';
import { SmallestModule } from '../src/smallest.module.js';
import { push } from './clients.js';

/** The user ann with the password "secret", as htpasswd writes it. */
const USERS = 'ann:$2b$04$Ki73IaxNQmo.rDgMtMEmuu0tdzNe4W5qAA5X5XmpuYB2j1EiIWwR2\n';

const ACCESS = `
rules:
  - repositories: ['team/**']
    who: [ann]
    can: [pull, push]
`;

test('the smallest host stores images on the disk, for users from a file', async () => {
  const before = process.cwd();
  const folder = await mkdtemp(join(tmpdir(), 'nest-host-'));
  process.chdir(folder);
  await writeFile('users.htpasswd', USERS);
  await writeFile('access.yaml', ACCESS);
  const app = await NestFactory.create(SmallestModule, { logger: false });
  await app.listen(0, '127.0.0.1');

  const answer = await push(await app.getUrl(), 'team/app', '1.0', image());

  assert.equal(answer.status, 201);
  assert.notDeepEqual(await readdir('images'), []);
  await app.close();
  process.chdir(before);
  await rm(folder, { recursive: true });
});

test('a program without Nest can serve a registry on its own port', async () => {
  await using registry = await createRegistry({
    storage: { driver: 'memory' },
    access: 'none',
    logger: false,
  });
  const url = await registry.listen();

  assert.equal((await push(url, 'team/app', '1.0', image())).status, 201);
});

test('a program without Nest can serve a registry on its own server', async () => {
  const storage = meteredStorage();
  await using registry = await createRegistry({ storage, access: 'none', logger: false });
  const server = createServer((request, response) => {
    if (/^\/v2(?:\/|\?|$)/.test(request.url ?? '')) registry.handler(request, response);
    else response.end('something else');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const content = image();
  await push(url, 'team/app', '1.0', content);
  const [layer] = content.layers;
  await (await fetch(`${url}/v2/team/app/blobs/${layer?.digest}`)).arrayBuffer();

  assert.equal(storage.blobs.bytesRead, layer?.size);
  assert.equal(await (await fetch(url)).text(), 'something else');
  server.close();
  server.closeAllConnections();
});
