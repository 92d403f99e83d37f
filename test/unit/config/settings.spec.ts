import { describe, expect, it } from '@jest/globals';

import { oneOf } from '../../../src/config/kinds.js';
import { readSection, Setting } from '../../../src/config/setting.js';
import {
  environmentExample,
  settingsHelp,
  settingsTable,
} from '../../../src/config/settings-texts.js';
import { InvalidSettings, loadSettings, unknownVariables } from '../../../src/config/settings.js';

describe('settings', () => {
  it('have defaults, which also apply for an empty variable', () => {
    const settings = loadSettings({ REGISTRY_PORT: '' });
    const defaults = Object.assign({}, ...Object.values(settings)) as object;
    expect(defaults).toMatchObject({
      host: '127.0.0.1',
      port: 5_000,
      driver: 'filesystem',
      path: './data',
      fsync: true,
      memoryMaxBytes: 1024 ** 3,
      sparseManifests: 'none',
      maxManifestBytes: 4 * 1024 ** 2,
      seedPath: '',
      idleTimeoutMs: 60_000,
    });
    expect(Object.isFrozen(settings) && Object.values(settings).every(Object.isFrozen)).toBe(true);
  });

  it.each([
    ['REGISTRY_MEMORY_MAX_BYTES', '2097152', 'memoryMaxBytes', 2_097_152],
    ['REGISTRY_MEMORY_MAX_BYTES', '512 MiB', 'memoryMaxBytes', 512 * 1024 ** 2],
    ['REGISTRY_MEMORY_MAX_BYTES', '2TiB', 'memoryMaxBytes', 2 * 1024 ** 4],
    ['REGISTRY_MAX_MANIFEST_BYTES', '8KiB', 'maxManifestBytes', 8_192],
    ['REGISTRY_IDLE_TIMEOUT', '1500ms', 'idleTimeoutMs', 1_500],
    ['REGISTRY_IDLE_TIMEOUT', '2m', 'idleTimeoutMs', 120_000],
    ['REGISTRY_SHUTDOWN_TIMEOUT', '0s', 'shutdownTimeoutMs', 0],
    ['REGISTRY_STORAGE_FSYNC', 'false', 'fsync', false],
    ['REGISTRY_PORT', '0', 'port', 0],
  ] as const)('parse %s=%s', (variable, text, name, value) => {
    const sections = Object.values(loadSettings({ [variable]: text }));

    expect(Object.assign({}, ...sections)).toMatchObject({ [name]: value });
  });

  it.each([
    ['REGISTRY_PORT', ['-1', '65536', '5000.5', '0x10', ' 5000', '1e3']],
    ['REGISTRY_STORAGE_DRIVER', ['s3', 'Memory']],
    ['REGISTRY_STORAGE_FSYNC', ['yes', '1', 'TRUE']],
    ['REGISTRY_MEMORY_MAX_BYTES', ['1GB', '-5', '1.5GiB', '1023', 'MiB', '99999999999TiB']],
    ['REGISTRY_IDLE_TIMEOUT', ['60', '999ms', '25d', 'forever', '1 week']],
    ['REGISTRY_LOG_LEVEL', ['verbose']],
    [
      'REGISTRY_ALLOWED_HOSTS',
      ['a.test:5000', 'http://a.test', '*.*.test', 'a.*', 'a b', 'a.test,'],
    ],
    [
      'REGISTRY_CORS_ORIGINS',
      ['a.test', 'https://a.test/x', 'null', 'https://*.test', 'http://a,'],
    ],
    [
      'REGISTRY_OIDC_ISSUER',
      ['issuer.example', 'https://', 'ftp://a', 'https://a?b', 'https://b:c@a'],
    ],
  ])('reject for %s each of %j', (variable, texts) => {
    for (const text of texts) {
      const load = () => loadSettings({ [variable]: text });
      expect(load).toThrow(InvalidSettings);
      expect(load).toThrow(`${variable} is ${JSON.stringify(text)}; allowed: `);
    }
  });

  it('need one declaration each, from which they are read, checked and documented', () => {
    class Section {
      @Setting('REGISTRY_COLOUR', 'red', oneOf('red', 'green'), 'The colour of the berth.')
      readonly colour!: 'red' | 'green';
    }

    expect(readSection(Section, { texts: {} }).section.colour).toBe('red');
    expect(readSection(Section, { texts: { REGISTRY_COLOUR: 'blue' } }).problems).toEqual([
      'REGISTRY_COLOUR is "blue"; allowed: red, green',
    ]);
    expect(settingsHelp([Section])).toEqual([
      '  REGISTRY_COLOUR=red',
      '      The colour of the berth.',
      '      Allowed: red, green',
    ]);
    expect(environmentExample([Section])).toContain(
      '# The colour of the berth.\nREGISTRY_COLOUR=red',
    );
    expect(settingsTable([Section]).join('\n')).toContain('`REGISTRY_COLOUR`');
  });

  it('report every invalid variable, not only the first', () => {
    const load = () => loadSettings({ REGISTRY_PORT: 'x', REGISTRY_LOG_LEVEL: 'y' });
    expect(load).toThrow(/^REGISTRY_PORT is .*\nREGISTRY_LOG_LEVEL is .*$/);
  });

  it('ignore the variables that Kubernetes sets for a service named registry', () => {
    const environment = {
      REGISTRY_PORT: 'tcp://10.0.0.1:5000',
      REGISTRY_PORT_5000_TCP_ADDR: '10.0.0.1',
      REGISTRY_SERVICE_HOST: '10.0.0.1',
    };
    expect(loadSettings(environment).server.port).toBe(5_000);
    expect(unknownVariables(environment)).toEqual([]);
  });

  it('report variables that only look like settings', () => {
    const environment = { REGISTRY_PORT: '1', REGISTRY_HTTP_ADDR: ':5000', PATH: '/bin' };
    expect(unknownVariables(environment)).toEqual(['REGISTRY_HTTP_ADDR']);
  });
});
