import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { initConfig, showConfig } from '../../../src/cli/config-command.js';
import { readSettings } from '../../../src/config/read-settings.js';

describe('berth config', () => {
  let directory: string;
  let lines: string[];
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'berth-config-'));
    lines = [];
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const print = (line: string): void => void lines.push(line);
  const path = (name = 'berth.yaml'): string => join(directory, name);

  it('writes a file with all defaults, which the registry can read', async () => {
    await initConfig(path(), print);

    expect(lines[0]).toContain(`berth serve --config ${path()}`);
    expect(await readSettings({ REGISTRY_CONFIG: path() })).toEqual(await readSettings({}));
  });

  it('never overwrites a file', async () => {
    await writeFile(path(), 'mine');

    await expect(initConfig(path(), print)).rejects.toThrow('already exists');
    expect(await readFile(path(), 'utf8')).toBe('mine');
  });

  it('shows the origin of each value', async () => {
    await writeFile(path(), 'server:\n  port: 5001\n  host: ::1\n');

    await showConfig({ REGISTRY_CONFIG: path(), REGISTRY_HOST: '127.0.0.2' }, print);

    expect(lines.find((line) => line.startsWith('REGISTRY_PORT'))).toMatch(
      / 5001 +.*berth\.yaml:2:9$/,
    );
    expect(lines.find((line) => line.startsWith('REGISTRY_HOST'))).toMatch(
      / 127\.0\.0\.2 +environment$/,
    );
    expect(lines.find((line) => line.startsWith('REGISTRY_WORKERS'))).toMatch(/ 1 +default$/);
  });

  it('shows a file with which the registry cannot start, and fails then', async () => {
    await writeFile(path(), 'server:\n  port: x\n');

    const shown = showConfig({ REGISTRY_CONFIG: path() }, print);

    await expect(shown).rejects.toThrow('REGISTRY_PORT is "x"');
    expect(lines.join('\n')).toContain(`${path()}:2:9`);
  });

  it.each(['', '# only comments\n', 'server:\n  # port: 5001\n'])(
    'reads a file without values as the defaults: %j',
    async (text) => {
      await writeFile(path(), text);

      expect((await readSettings({ REGISTRY_CONFIG: path() })).server.port).toBe(5000);
    },
  );

  it('reports a file that does not exist', async () => {
    await expect(readSettings({ REGISTRY_CONFIG: path('none') })).rejects.toThrow('none');
  });
});
