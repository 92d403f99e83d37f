import { describe, expect, it } from '@jest/globals';
import { NestFactory } from '@nestjs/core';

import { InvalidOptions } from '../../../src/embed/options.js';
import { RegistryModule } from '../../../src/embed/registry.module.js';
import { hosted } from './host.js';

describe('invalid options', () => {
  it.each<[string, object, string]>([
    ['no storage', { storage: undefined }, 'storage is missing'],
    [
      'another driver',
      { storage: { driver: 's3' } },
      'storage.driver is "s3"; allowed: filesystem, memory',
    ],
    [
      'a size',
      { storage: { driver: 'memory', maxBytes: 5 } },
      'storage.maxBytes is 5; allowed: a number of bytes',
    ],
    [
      'an unknown option',
      { acess: 'none' },
      'acess is not an option; the options are: storage, access,',
    ],
    [
      'an unknown part of the access',
      { access: { userFile: 'x' } },
      'access.userFile is not an option',
    ],
    ['logins without users', { access: { usersFile: undefined } }, "or use access: 'none'"],
    ['an access that is empty', { access: {} }, "or use access: 'none'"],
    ['idle rules', { access: { accessFile: 'x' } }, 'REGISTRY_ACCESS_FILE would do nothing'],
    [
      'an unknown setting',
      { settings: { REGISTRY_MAX: '5' } },
      'settings.REGISTRY_MAX is not a setting',
    ],
    ['an unknown section', { settings: { gcc: { graceMs: 5 } } }, 'settings.gcc is not a setting'],
    [
      'an unknown property',
      { settings: { gc: { grace: 5 } } },
      'settings.gc.grace is not a setting',
    ],
    ['a mirror that is a text', { mirrors: ['docker.io'] }, 'mirrors is not a list of mirrors'],
    ['offline without mirrors', { offline: true }, 'offline has no effect without mirrors'],
    [
      'mirrors in two places',
      {
        mirrors: [{ name: 'docker.io', url: 'https://registry-1.docker.io' }],
        settings: { REGISTRY_MIRRORS_FILE: 'mirrors.yaml' },
      },
      'mirrors and the setting REGISTRY_MIRRORS_FILE are both set',
    ],
    ['no section', { settings: { gc: 5 } }, 'settings.gc is not an object with settings'],
    [
      'a bad value',
      { settings: { gc: { graceMs: -5 } } },
      'settings.gc.graceMs is -5; allowed: a number with',
    ],
    [
      'a value of another type',
      { settings: { gc: { graceMs: true } } },
      'settings.gc.graceMs is true; allowed',
    ],
    ['a bad text', { settings: { gc: { graceMs: '5' } } }, 'settings.gc.graceMs is "5"; allowed'],
    [
      'a port of a section',
      { settings: { server: { port: 5000 } } },
      'settings.server.port is not allowed: the host does',
    ],
    ['a foreign setting', { settings: { PORT: '5' } }, 'settings.PORT is not a setting'],
    ['a bad setting', { settings: { REGISTRY_MAX_UPLOADS: 'x' } }, 'REGISTRY_MAX_UPLOADS is "x"'],
    ['a port', { settings: { REGISTRY_PORT: '5000' } }, 'the host does the listening'],
    [
      'a format of lines',
      { settings: { REGISTRY_LOG_FORMAT: 'json' } },
      'is not allowed: the logger of the host decides how lines look',
    ],
    [
      'a receiver of traces',
      { settings: { log: { otlpEndpoint: 'http://localhost:4318' } } },
      'is not allowed: only a registry of its own process sends traces',
    ],
    [
      'a second storage',
      { settings: { REGISTRY_STORAGE_PATH: '/x' } },
      'settings.REGISTRY_STORAGE_PATH is not allowed: use the option storage',
    ],
    ['a path without a slash', { path: 'images' }, 'path is "images"'],
    ['a pattern as a path', { path: '/:images' }, 'path is "/:images"'],
    ['a path with v2', { path: '/v2' }, 'path is "/v2"'],
    ['an invalid hook', { beforeManifestPublish: ['x'] }, 'is not an array of functions'],
  ])('end the start: %s', async (_title, options, message) => {
    const module = RegistryModule.forRoot({ ...hosted(), ...options });
    const start = NestFactory.create(module, { logger: false, abortOnError: false });

    await expect(start).rejects.toThrow(message);
    await expect(start).rejects.toThrow(InvalidOptions);
  });
});
