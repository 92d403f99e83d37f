import { describe, expect, it } from '@jest/globals';

import { exampleSettingsFile, readSettingsFile } from '../../../src/config/settings-file.js';
import { loadSettings } from '../../../src/config/settings.js';

const read = (text: string) => readSettingsFile(text, 'berth.yaml');

describe('a settings file', () => {
  it('sets what the environment does not set', () => {
    const file = read('server:\n  port: 5001\n  host: "::1"\nstorage:\n  fsync: false\n');

    const { server, storage } = loadSettings({ REGISTRY_PORT: '5002' }, file);

    expect(server).toMatchObject({ port: 5002, host: '::1' });
    expect(storage.fsync).toBe(false);
  });

  it('with all defaults, as berth config init writes it, is valid', () => {
    expect(loadSettings({}, read(exampleSettingsFile()))).toEqual(loadSettings({}));
  });

  it.each([
    [
      'server:\n  port: 80000\n',
      'berth.yaml:2:9: REGISTRY_PORT is "80000"; allowed: a whole number',
    ],
    [
      'gc:\n  grace: soon\n',
      'berth.yaml:2:10: REGISTRY_GC_GRACE is "soon"; allowed: a number with',
    ],
  ])('reports an invalid value with its place: %j', (text, message) => {
    expect(() => loadSettings({}, read(text))).toThrow(message);
  });

  it.each([
    ['sever:\n  port: 1\n', 'berth.yaml:1:1: unknown key "sever" in the file'],
    ['server:\n  prot: 1\n', 'berth.yaml:2:3: unknown key "prot" in server'],
    ['server: 5\n', 'berth.yaml:1:9: server must be a map'],
    ['server:\n  port: [1]\n', 'berth.yaml:2:9: server.port must be a single value'],
    ['server:\n\tport: 1\n', 'berth.yaml:2:1: '],
  ])('reports every mistake with line and column: %j', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});
