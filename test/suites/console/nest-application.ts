import { type IncomingMessage, type Server } from 'node:http';

import { NestFactory } from '@nestjs/core';

import { AuthSettings } from '../../../src/config/sections/auth.settings.js';
import { rowsOf } from '../../../src/config/setting.js';
import { type RegistryOptions } from '../../../src/embed/options.js';
import { RegistryModule } from '../../../src/embed/registry.module.js';
import { type ServerSettings } from '../../support/server-process.js';
import { hosted } from '../../unit/embed/host.js';
import { type Served } from './places.js';

/** What the settings of a server say of its storage and its processes. A host has options for the former, and one process. */
const NOT_SETTINGS = ['REGISTRY_STORAGE_DRIVER', 'REGISTRY_STORAGE_PATH', 'REGISTRY_WORKERS'];

const AUTH_ROWS = rowsOf(AuthSettings);

/** Where the registry is in the application. */
const PATH = '/team/registry';

/**
 * Starts a Nest application that has a registry with these settings, and its console, below a path.
 *
 * Image clients look for `/v2` at the root of a host only, so the application leads from there to the path.
 */
export async function startInNestApplication(settings: ServerSettings): Promise<Served> {
  const app = await NestFactory.create(RegistryModule.forRoot(optionsFor(settings)), {
    logger: false,
  });
  await app.listen(0, '127.0.0.1');
  const server = app.getHttpServer() as Server;
  for (const event of ['request', 'checkContinue']) server.prependListener(event, leadToPath);
  const registry = await app.getUrl();
  return { url: registry + PATH, registry, stop: () => app.close() };
}

function leadToPath(request: IncomingMessage): void {
  const { url = '' } = request;
  if (/^\/(?:v2|api)\//.test(url)) request.url = PATH + url;
}

function optionsFor({ driver, storagePath, environment = {} }: ServerSettings): RegistryOptions {
  const { REGISTRY_STORAGE_DRIVER: ownDriver = driver, REGISTRY_STORAGE_PATH: path = storagePath } =
    environment;
  return hosted({
    path: PATH,
    storage: ownDriver === 'memory' ? { driver: 'memory' } : { driver: 'filesystem', path },
    access: accessOf(environment),
    settings: { ...settingsOf(environment), REGISTRY_CONSOLE: 'on' },
  });
}

function accessOf(
  environment: Readonly<Record<string, string>>,
): NonNullable<RegistryOptions['access']> {
  const given = AUTH_ROWS.flatMap(({ property, variable }) => {
    const value = environment[variable];
    return value === undefined ? [] : [[property, value] as const];
  });
  return given.length === 0 ? 'none' : Object.fromEntries(given);
}

/** Returns the settings that are no options of a host. */
function settingsOf(
  environment: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const options = [...NOT_SETTINGS, ...AUTH_ROWS.map(({ variable }) => variable)];
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !options.includes(name)),
  );
}
