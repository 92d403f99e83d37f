import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { parseEventsFile } from '../../../src/events/events-file.js';
import { readHeaders } from '../../../src/events/webhook-parts.js';
import { InvalidFile } from '../../../src/files/invalid-file.js';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-events-file-'));
  await writeFile(join(folder, 'deploy.secret'), `${SECRET}\n`);
  await writeFile(join(folder, 'old.secret'), SECRET);
  await writeFile(join(folder, 'short.secret'), 'whsec_c2hvcnQ=');
  await writeFile(join(folder, 'headers'), 'Authorization: Bearer abc\nX-Team:  a b \n\n');
  await writeFile(join(folder, 'bad.headers'), 'X-Team: a\nContent-Type: text/plain\n');
});
afterAll(() => rm(folder, { recursive: true }));

const parse = (text: string) => parseEventsFile(text, join(folder, 'events.yaml'));

async function mistakesOf(text: string): Promise<string[]> {
  const failed = await parse(text).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failed instanceof InvalidFile)) throw new Error('the file has no mistake');
  return failed.message.replaceAll(`${folder}/`, '').split('\n');
}

const webhook = (rest: string): string => `webhooks:\n  - ${rest.replaceAll('\n', '\n    ')}\n`;
const NAMED = 'name: deploy\nurl: https://ci.example/hook\n';

describe('the events file', () => {
  it('says how long events are kept, and who gets them', async () => {
    const { keep, webhooks } = await parse(`
keep: { days: 30, bytes: 1GiB }
webhooks:
  - name: deploy
    url: https://ci.example/hooks/berth?a=1
    secretFiles: [deploy.secret, old.secret]
    headersFile: headers
    types: ['tag.*', gc.finished]
    repositories: ['team/**']
    tags: ['v*']
  - { name: old-receiver, url: 'http://10.0.0.7:8080', format: distribution }
`);

    expect(keep).toEqual({ ageMs: 30 * 86_400_000, bytes: 1024 ** 3 });
    expect(webhooks.map(({ name, url, format }) => [name, url.href, format])).toEqual([
      ['deploy', 'https://ci.example/hooks/berth?a=1', 'cloudevents'],
      ['old-receiver', 'http://10.0.0.7:8080/', 'distribution'],
    ]);
    const [first, second] = webhooks;
    expect(first?.filter.types.map(({ text }) => text)).toEqual(['tag.*', 'gc.finished']);
    expect(first?.filter.repositories.map(({ text }) => text)).toEqual(['team/**']);
    expect(first?.secretFiles).toEqual(['deploy', 'old'].map((it) => join(folder, `${it}.secret`)));
    expect(await readHeaders(first?.headersFile ?? '')).toEqual({
      authorization: 'Bearer abc',
      'x-team': 'a b',
    });
    expect(second).toMatchObject({ secretFiles: [], filter: { types: [], tags: [] } });
  });

  it.each(['', '# nothing yet\n', 'keep: {}\n'])('may be as short as %j', async (text) => {
    expect(await parse(text)).toEqual({
      keep: { ageMs: 7 * 86_400_000, bytes: 256 * 1024 ** 2 },
      webhooks: [],
    });
  });

  it.each([
    ['keep: { days: 0 }', '1:15: keep.days is "0"; allowed: a whole number from 1 to 365'],
    ['keep: { bytes: 1 }', '1:16: keep.bytes is "1"; allowed: a number of bytes'],
    ['keep: { weeks: 1 }', '1:9: unknown key "weeks" in keep; allowed: days, bytes'],
    ['hooks: []', '1:1: unknown key "hooks" in the file; allowed: keep, webhooks'],
    [webhook('name: deploy'), '2:5: a webhook needs "url"'],
    [webhook(NAMED), '2:5: a webhook needs "secretFile"'],
    [webhook('name: Deploy\nurl: https://a\nformat: distribution'), '"Deploy" cannot be a name'],
    [webhook('name: a\nurl: ftp://a\nformat: distribution'), '3:10: url must begin with http'],
    [webhook('name: a\nurl: http://a/#b\nformat: distribution'), 'must not have a fragment'],
    [webhook(`${NAMED}format: xml`), '4:13: unknown format "xml"; allowed: cloudevents, distri'],
    [webhook(`${NAMED}secretFile: none`), '4:17: none: it cannot be read: ENOENT'],
    [webhook(`${NAMED}secretFile: short.secret`), '4:17: short.secret has no secret: write whsec_'],
    [webhook(`${NAMED}secretFile: old.secret\nsecretFiles: [old.secret]`), 'not both'],
    [webhook(`${NAMED}secretFiles: [old.secret, old.secret, old.secret]`), 'at most 2 secrets'],
    [webhook(`${NAMED}secretFile: old.secret\nheadersFile: bad.headers`), 'bad.headers:2: the hea'],
    [
      webhook(`${NAMED}secretFile: old.secret\ntypes: [tag.made]`),
      'no event has the type tag.made',
    ],
    [
      webhook(`${NAMED}secretFile: old.secret\nrepositories: [Team]`),
      'no repository can match Team',
    ],
    [webhook(`${NAMED}secretFile: old.secret\ntags: []`), 'tags must not be empty'],
  ])('refuses %j', async (text, mistake) => {
    expect((await mistakesOf(text)).join('\n')).toContain(mistake);
  });

  it('is refused with all of its mistakes, and without what is secret', async () => {
    const two = `${webhook(`${NAMED}secretFile: short.secret`)}  - { name: deploy, url: x }\n`;
    const mistakes = await mistakesOf(`keep: { days: x }\n${two}`);

    expect(mistakes).toHaveLength(5);
    expect(mistakes[3]).toContain('another webhook has the name deploy already');
    expect(mistakes.join()).not.toContain('c2hvcnQ=');
  });
});
