import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { GuardedRegistry } from '../../support/access.js';
import { KeptLog } from '../../support/kept-log.js';
import { MirrorsFile } from '../../support/mirrors.js';
import { TestRegistry } from '../../support/registry.js';
import { until } from '../../support/until.js';

const fileWith = (content: string): string => `
mirrors:
  - { name: ghcr.io, url: 'https://ghcr.io', offline: true, content: ${content} }
`;

const rulesFor = (repositories: string): string => `
rules:
  - { repositories: ['team/**'], who: [anonymous], can: [pull] }
  - { repositories: ['${repositories}'], who: [anonymous], can: [pull] }
  - { repositories: ['**'], who: [authenticated], can: [pull] }
`;

let mirrors: MirrorsFile;
let guarded: GuardedRegistry | undefined;
let log: KeptLog;
beforeEach(() => {
  log = KeptLog.open('text');
});
afterEach(async () => {
  await guarded?.stop();
  guarded = undefined;
  await mirrors.remove();
});

async function start(content: string, rules: string): Promise<GuardedRegistry> {
  mirrors = await MirrorsFile.write(fileWith(content));
  return (guarded = await GuardedRegistry.start(['alice'], rules, mirrors.environment, {}, log));
}

describe('the content of a private mirror', () => {
  it.each(['**', 'ghcr.io/acme/app'])(
    'stops the start if a rule lets anonymous pull from %s',
    async (repositories) => {
      await expect(start('private', rulesFor(repositories))).rejects.toThrow(
        'access.yaml:4: anonymous can pull from ghcr.io/, but the mirrors file says that its content is private: ' +
          'change the rule, or write content: public there',
      );
    },
  );

  it.each(['docker.io/**'])(
    'is compatible with a rule that lets anonymous pull from %s',
    async (repositories) => {
      const { registry } = await start('private', rulesFor(repositories));
      await registry.http.get('/v2/ghcr.io/acme/app/manifests/1').expect(401);
    },
  );

  it('may be pulled by anonymous if it is public', async () => {
    const { registry } = await start('public', rulesFor('ghcr.io/**'));
    await registry.http.get('/v2/ghcr.io/acme/app/manifests/1').expect(404);
  });

  it('stops the start of a registry without logins, where everybody may pull', async () => {
    mirrors = await MirrorsFile.write(fileWith('private'));
    await expect(TestRegistry.start(mirrors.environment)).rejects.toThrow(
      'mirrors.yaml:3:70: everybody may pull from ghcr.io/, because there are no logins: set up logins, or write content: public',
    );
  });

  it('stays private if somebody changes the rules', async () => {
    const { registry, directory } = await start('private', rulesFor('other/**'));
    await writeFile(join(directory, 'access.yaml'), rulesFor('**'));

    await until(() => log.text.includes('anonymous can pull from ghcr.io/'));
    expect(log.text).toContain('its previous content stays in use');
    await registry.http.get('/v2/ghcr.io/acme/app/manifests/1').expect(401);
  });

  it('must be private by the rules before somebody makes it private in the mirrors file', async () => {
    await start('public', rulesFor('ghcr.io/**'));
    await mirrors.change(fileWith('private'));

    await until(() =>
      log.text.includes(
        'mirrors.yaml:3:70: the rule at line 4 of access.yaml lets anonymous pull from ghcr.io/: change the rule, or write content: public',
      ),
    );
    expect(log.text).toContain('its previous content stays in use');
  });
});
