import { readFile } from 'node:fs/promises';

import { describe, expect, it } from '@jest/globals';

import { IMAGE, LATEST, LOGIN, messageOf, SECRET, useLoginBench } from './login-bench.js';

const { path, clientOf, helper, startHub } = useLoginBench();

describe('a login by a credential helper', () => {
  const PRINTED = JSON.stringify({ ServerURL: 'x', Username: 'acme', Secret: SECRET });

  it('is asked for with the host, once', async () => {
    const hub = await startHub();
    hub.content.add('acme/two', IMAGE, 'latest');
    const command = await helper(`echo '${PRINTED}'`);
    const client = clientOf(hub.url, { login: { command } });

    await Promise.all([client.stat('acme/app', LATEST), client.stat('acme/two', LATEST)]);

    expect(hub.requests('tokens').map(({ authorization }) => authorization)).toEqual([
      LOGIN,
      LOGIN,
    ]);
    expect(await readFile(path('asked'), 'utf8')).toBe(new URL(hub.url).host);
  });

  it('is asked for again when the registry refuses it', async () => {
    const hub = await startHub();
    const old = JSON.stringify({ Username: 'acme', Secret: 'expired' });
    const command = await helper(
      `if [ -e '${path('new')}' ]; then echo '${PRINTED}'; else touch '${path('new')}'; echo '${old}'; fi`,
    );

    const client = clientOf(hub.url, { login: { command } });

    expect(await client.stat('acme/app', LATEST)).toBeDefined();
    expect(hub.requests('tokens').map(({ status }) => status)).toEqual([401, 200]);
  });

  it('is refused if the registry refuses it twice, without further tries', async () => {
    const hub = await startHub();
    const command = await helper(`echo '{"Username":"acme","Secret":"wrong"}'`);
    const client = clientOf(hub.url, { login: { command } });

    await expect(client.stat('acme/app', LATEST)).rejects.toMatchObject({ kind: 'login' });
    expect(hub.requests('tokens').map(({ status }) => status)).toEqual([401, 401]);
  });

  it.each([
    [
      'ends with a failure',
      `echo ${SECRET}; echo ${SECRET} >&2; exit 3`,
      'ended with 3; run it by hand to see why',
    ],
    ['prints no JSON', `echo ${SECRET}`, 'printed no login'],
    ['prints no password', `echo '{"Username":"acme","Secret":""}'`, 'printed no login'],
    [
      'prints an identity token',
      `echo '{"Username":"<token>","Secret":"${SECRET}"}'`,
      'printed an identity token',
    ],
  ])('is unavailable if the helper %s, without what it printed', async (_, script, reason) => {
    const hub = await startHub();
    const command = await helper(script);

    const question = clientOf(hub.url, { login: { command } }).stat('acme/app', LATEST);

    await expect(question).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await messageOf(question)).toContain(reason);
    expect(await messageOf(question)).not.toContain(SECRET);
    expect(hub.requests('tokens')).toEqual([]);
  });

  it('is unavailable if the helper does not exist', async () => {
    const hub = await startHub();
    const command = [path('none'), 'get'];

    await expect(
      clientOf(hub.url, { login: { command } }).stat('acme/app', LATEST),
    ).rejects.toThrow('cannot be run (ENOENT)');
  });
});
