import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { openAccess } from '../../../src/access/guard/access.js';
import { loadSettings } from '../../../src/config/settings.js';
import { createMemoryStorage } from '../../../src/storage/memory/memory-storage.js';

const RULES = `rules:
  - { repositories: ['a/**'], who: [alice], can: [pull] }
  - { repositories: ['b/**'], who: [authenticated], can: [pull, push] }
`;

describe('a rule for every logged-in user', () => {
  let directory: string;
  let warnings: string[];
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'berth-rules-'));
    warnings = [];
    await writeFile(join(directory, 'access.yaml'), RULES);
    await writeFile(join(directory, 'users'), '');
  });
  afterEach(() => rm(directory, { recursive: true }));

  async function start(environment: Readonly<Record<string, string>>): Promise<void> {
    const settings = loadSettings({
      REGISTRY_ACCESS_FILE: join(directory, 'access.yaml'),
      ...environment,
    });
    const { secrets } = createMemoryStorage({ maxBytes: 1_000_000 });
    const silent = () => undefined;
    const log = { log: silent, error: silent, warn: (line: string) => void warnings.push(line) };
    (await openAccess(settings, secrets, log)).close();
  }

  const ISSUER = {
    REGISTRY_OIDC_ISSUER: 'https://issuer.example',
    REGISTRY_OIDC_AUDIENCE: 'registry.example',
  };

  it('causes a warning at the start beside an external issuer', async () => {
    await start(ISSUER);
    expect(warnings).toEqual([
      expect.stringMatching(/^the rule at line 3 of .* lets authenticated pull, push: .*REQUIRE/),
    ]);
  });

  it('causes none with required claims, or without an issuer', async () => {
    await start({ ...ISSUER, REGISTRY_OIDC_REQUIRE: 'owner:acme' });
    await start({ REGISTRY_USERS_FILE: join(directory, 'users') });
    expect(warnings).toEqual([]);
  });
});
