import 'reflect-metadata';

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { artifact, image } from 'berth-registry/testing';

import { AppModule } from '../src/app.module.js';
import { login, program, push } from './clients.js';

const SIGNATURE = 'application/vnd.example.signature';

let app: INestApplication;
let url: string;
before(async () => {
  app = await NestFactory.create(AppModule, { logger: ['error'] });
  app.setGlobalPrefix('api');
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});
after(() => app.close());

function ownedImage(text: string) {
  return image({ annotations: { 'org.example.owner': 'ann', text } });
}

async function message(answer: Response): Promise<string> {
  const { errors } = (await answer.json()) as { errors: [{ code: string; message: string }] };
  return `${answer.status} ${errors[0].code}: ${errors[0].message}`;
}

test('an image gets its tag when it is signed', async () => {
  const program = ownedImage('a program');
  const signature = artifact({
    type: SIGNATURE,
    subject: program,
    annotations: { 'org.example.owner': 'ann' },
  });

  const unsigned = await push(url, 'blue/app', '1.0', program);
  assert.match(await message(unsigned), /^403 DENIED: sign the image/);
  const posing = artifact({
    type: 'application/x-posing',
    subject: program,
    annotations: { 'org.example.owner': 'ann' },
  });
  assert.match(await message(await push(url, 'blue/app', '1.0', posing)), /^403 DENIED: sign/);
  for (const [reference, content] of [
    [program.descriptor.digest, program],
    [signature.descriptor.digest, signature],
    ['1.0', program],
  ] as const) {
    assert.equal((await push(url, 'blue/app', reference, content)).status, 201);
  }

  const releases = await fetch(`${url}/api/releases/blue/app`, {
    headers: { 'x-api-key': 'a-key' },
  });
  assert.deepEqual(await releases.json(), ['1.0']);
});

test('the other rules hold, too, and nothing of what they refuse stays', async () => {
  const nobodys = image({ annotations: { text: 'whose?' } });
  const { digest } = nobodys.descriptor;

  assert.match(await message(await push(url, 'blue/app', 'latest', ownedImage('x'))), /not latest/);
  assert.match(await message(await push(url, 'blue/app', digest, nobodys)), /owner is missing/);
  const manifest = `${url}/v2/blue/app/manifests/${digest}`;
  assert.equal((await fetch(manifest, { headers: login('ann') })).status, 404);
});

test('the application says who may do what', async () => {
  assert.equal((await fetch(`${url}/v2/`)).status, 401);
  assert.equal((await fetch(`${url}/v2/`, { headers: login('bob') })).status, 200);
  const foreign = await push(url, 'blue/app', 'other', ownedImage('y'), login('bob'));
  assert.match(await message(foreign), /^403 DENIED: bob may not push here/);
});

test('neither sees the requests of the other', async () => {
  const refused = await fetch(`${url}/api/releases/blue/app`);
  assert.deepEqual(await refused.json(), { failure: 403 });
  const unknown = await fetch(`${url}/v2/nothing/here`, { headers: login('ann') });
  assert.match(await message(unknown), /^404 UNSUPPORTED: no such path/);
});

const oras = program('oras');
if (oras !== undefined) {
  test('oras pushes, signs and pulls', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'nest-host-'));
    await writeFile(join(cwd, 'report.txt'), 'all is well');
    const host = new URL(url).host;
    const asAnn = ['--plain-http', '--username', 'ann', '--password', 'secret'];
    const annotation = ['--annotation', 'org.example.owner=ann'];

    const pushed = await oras(
      cwd,
      'push',
      ...asAnn,
      ...annotation,
      '--format',
      'json',
      '--artifact-type',
      'application/x-report',
      `${host}/blue/report`,
      'report.txt:text/plain',
    );
    const { reference } = JSON.parse(pushed) as { reference: string };
    await oras(
      cwd,
      'attach',
      ...asAnn,
      ...annotation,
      '--artifact-type',
      SIGNATURE,
      reference,
      'report.txt:text/plain',
    );
    await oras(cwd, 'tag', ...asAnn, reference, '1.0');
    await rm(join(cwd, 'report.txt'));
    await oras(cwd, 'pull', ...asAnn, `${host}/blue/report:1.0`);

    const tags = await oras(cwd, 'repo', 'tags', ...asAnn, `${host}/blue/report`);
    assert.equal(tags.trim(), '1.0');
    await rm(cwd, { recursive: true });
  });
}
