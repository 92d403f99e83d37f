import { deepEqual, equal, match } from 'node:assert/strict';
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Check } from '../check.ts';
import { inspect } from '../command.ts';
import type { SampleImage } from '../sample-image.ts';
import type { Stack } from '../stack.ts';

export function serviceChecks(stack: Stack, sample: SampleImage): Check[] {
  return [
    { name: 'service: up --wait, health turns healthy', run: () => stack.up() },
    ...confinementChecks(stack),
    ...contentChecks(stack, sample),
    ...endChecks(stack, sample),
  ];
}

function confinementChecks(stack: Stack): Check[] {
  return [
    {
      name: 'service: process 1 is node',
      run: async () => equal(await stack.exec('cat', '/proc/1/cmdline'), 'node\0dist/main.js\0'),
    },
    {
      name: 'service: uid 1000, no capabilities, no new privileges',
      run: async () => {
        const status = await stack.exec('cat', '/proc/1/status');
        match(status, /^Uid:\t1000\t1000\t1000\t1000$/m);
        match(status, /^CapPrm:\t0+$/m);
        match(status, /^CapBnd:\t0+$/m);
        match(status, /^NoNewPrivs:\t1$/m);
      },
    },
    {
      name: 'service: the root file system is read-only, /data is not',
      run: async () => {
        for (const file of ['/app/x', '/tmp/x', '/home/node/x']) {
          match((await stack.attemptExec('touch', file)).output, /Read-only file system/);
        }
        await stack.exec('sh', '-c', 'touch /data/x && rm /data/x');
      },
    },
  ];
}

function contentChecks(stack: Stack, sample: SampleImage): Check[] {
  return [
    {
      name: 'service: docker pushes an image, the registry has docker’s digest of it',
      run: async () => {
        await sample.pushTo(stack.address);
        equal(await stack.digestOf(sample.repository, sample.tag), sample.digest);
        return sample.digest;
      },
    },
    {
      name: 'service: docker pulls every layer again, with the same digest and id, and runs it',
      run: async () => {
        const size = await sample.pullAfresh(sample.localName);
        deepEqual(await inspect(sample.localName, '.RepoDigests'), [
          `${stack.address}/${sample.repository}@${sample.digest}`,
        ]);
        return size;
      },
    },
    {
      name: 'service: restart keeps the data',
      run: async () => {
        await stack.compose('restart');
        await stack.up();
        equal(await stack.digestOf(sample.repository, sample.tag), sample.digest);
      },
    },
  ];
}

function endChecks(stack: Stack, sample: SampleImage): Check[] {
  return [
    {
      name: 'service: stop ends it by SIGTERM, with a client connected',
      run: async () => {
        const client = await idleClient(stack);
        const took = await stack.stop(5_000);
        client.destroy();
        return took;
      },
    },
    {
      name: 'service: down and up again keeps the data',
      run: async () => {
        await stack.compose('down');
        await stack.up();
        equal(await stack.digestOf(sample.repository, sample.tag), sample.digest);
      },
    },
    {
      name: 'service: stop ends it by SIGTERM, with an upload that never ends',
      run: async () => {
        const upload = await endlessUpload(stack);
        const took = await stack.stop();
        upload.destroy();
        return took;
      },
    },
  ];
}

/** Returns a client that has its response and keeps the connection open. */
async function idleClient(stack: Stack): Promise<Agent> {
  const agent = new Agent({ keepAlive: true });
  await new Promise((done, fail) => {
    const answered = (response: IncomingMessage): void =>
      void response.resume().once('end', done).once('error', fail);
    request(`${stack.url}/v2/`, { agent }, answered).once('error', fail).end();
  });
  return agent;
}

async function endlessUpload(stack: Stack): Promise<ClientRequest> {
  const uploads = `${stack.url}/v2/proof/endless/blobs/uploads/`;
  const session = await fetch(uploads, { method: 'POST' });
  equal(session.status, 202);
  const location = new URL(session.headers.get('location') ?? '', uploads);
  const upload = request(location, { method: 'PATCH' });
  upload.once('error', () => undefined); // The server cuts it in the end.
  await new Promise((sent) => upload.write(Buffer.alloc(1 << 20), sent));
  return upload;
}
