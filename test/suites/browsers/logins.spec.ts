import { beforeAll, describe, expect, it } from '@jest/globals';

import { useBench } from './bench.js';
import { pushImage } from './push-image.js';

const PASSWORD = 'a password of alice';
const ALICE = { Authorization: `Basic ${Buffer.from(`alice:${PASSWORD}`).toString('base64')}` };

const TEAM = "  - { repositories: ['team/**'], who: [alice], can: [pull, push] }\n";
const PUBLIC = `${TEAM}  - { repositories: ['public/**'], who: [anonymous], can: [pull] }
  - { repositories: ['public/**'], who: [alice], can: [push] }\n`;
const guard = (rules: string) => ({
  passwords: { alice: PASSWORD },
  rules: `rules:\n${rules}`,
});

describe('a page of a listed origin, where everything needs a login', () => {
  const bench = useBench({ guard: guard(TEAM) });
  let digest: string;
  beforeAll(async () => {
    ({ digest } = await pushImage(bench().registry, 'team/app', '1.0', ALICE));
  });

  it('finds the token endpoint in the challenge, and must log in there', async () => {
    const page = await bench().listed();
    const challenge = await page.ask('/v2/_catalog');
    expect(challenge.status).toBe(401);
    const url = page.tokenUrl(challenge);
    expect(url).toBe(
      `${bench().registry}/v2/_token?service=berth&scope=${encodeURIComponent('registry:catalog:*')}`,
    );
    const refused = await page.takeToken(url);
    expect(refused.status).toBe(401);
    expect(refused.headers['www-authenticate']).toMatch(/^Basic realm="Berth"/);
    expect((await page.takeToken(url, { headers: ALICE })).status).toBe(200);
    expect(JSON.parse((await page.ask('/v2/_catalog')).text)).toEqual({
      repositories: ['team/app'],
    });
  });

  it('reads tags and manifests with tokens for what the challenges name', async () => {
    const page = await bench().listed();
    const tags = await page.askWithToken('/v2/team/app/tags/list', 'alice', PASSWORD);
    expect(JSON.parse(tags.text)).toEqual({ name: 'team/app', tags: ['1.0'] });
    const manifest = await page.ask('/v2/team/app/manifests/1.0');
    expect(manifest.headers['docker-content-digest']).toBe(digest);
    const pushing = await page.ask('/v2/team/app/blobs/uploads/', { method: 'POST' });
    expect(pushing.status).toBe(401);
    expect(pushing.text).toContain('the token does not allow push to team/app');
    await page.takeToken(page.tokenUrl(pushing), { headers: ALICE });
    const begun = await page.ask('/v2/team/app/blobs/uploads/', { method: 'POST' });
    expect(begun.status).toBe(202);
  });

  it('lets the browser ask for the password', async () => {
    const page = await bench().listed();
    const prompts = await page.page.enterLogin('alice', PASSWORD);
    const url = page.tokenUrl(await page.ask('/v2/_catalog'));
    expect(prompts()).toEqual([]);
    expect((await page.takeToken(url, { credentials: 'include' })).status).toBe(200);
    expect(prompts()).toEqual(['basic Berth']);
    expect((await page.ask('/v2/_catalog')).status).toBe(200);
  });

  it('reads that a password is wrong', async () => {
    const page = await bench().listed();
    const response = await page.askWithToken('/v2/team/app/tags/list', 'alice', 'a wrong guess');
    expect(response.status).toBe(401);
  });

  it('gets no response as a page of another site, with or without the password', async () => {
    const page = await bench().stranger();
    for (const headers of [{}, ALICE]) {
      for (const path of ['/v2/', '/v2/_catalog', '/v2/_token']) {
        await expect(page.ask(path, { headers })).rejects.toThrow('Failed to fetch');
      }
    }
    const push = { method: 'POST', mode: 'no-cors', body: 'text' } as const;
    expect((await page.ask('/v2/team/app/blobs/uploads/', push)).type).toBe('opaque');
    expect(await bench().logged('POST /v2/team/app/blobs/uploads/ 403')).toBe(1);
  });
});

describe('a page of a listed origin, where everybody may read a part', () => {
  const bench = useBench({ guard: guard(PUBLIC) });
  beforeAll(async () => {
    await pushImage(bench().registry, 'public/app', '1.0', ALICE);
    await pushImage(bench().registry, 'team/app', '1.0', ALICE);
  });

  it('lists and reads public repositories with a token that needs no login', async () => {
    const page = await bench().listed();
    const url = page.tokenUrl(await page.ask('/v2/_catalog'));
    expect((await page.takeToken(url, { credentials: 'include' })).status).toBe(200);
    expect(await page.list('/v2/_catalog')).toEqual([{ repositories: ['public/app'] }]);
    const path = '/v2/public/app/manifests/1.0';
    await page.takeToken(page.tokenUrl(await page.ask(path)));
    expect((await page.ask(path)).status).toBe(200);
  });

  it('must log in for others', async () => {
    const page = await bench().listed();
    const challenge = await page.ask('/v2/team/app/tags/list');
    const refused = await page.takeToken(page.tokenUrl(challenge));
    expect(refused.status).toBe(401);
    const tags = await page.askWithToken('/v2/team/app/tags/list', 'alice', PASSWORD);
    expect(tags.status).toBe(200);
  });
});
