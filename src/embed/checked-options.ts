import { type LoggerService } from '@nestjs/common';

import { type Settings } from '../config/settings.js';
import { type RegistryParts } from '../app/registry-parts.js';
import { openLocalStorage } from '../storage/open-local-storage.js';
import { type Storage } from '../storage/ports/storage.js';
import { settingsOf } from './embedded-settings.js';
import { HostLog } from './host-log.js';
import { isDriver, isHostAccess } from './option-guards.js';
import { InvalidOptions, type RegistryOptions } from './options.js';
import { accessBy } from './host-access.js';

/** Checked options, and what they mean. */
export interface CheckedOptions {
  readonly settings: Settings;
  readonly parts: RegistryParts;
  readonly logger: LoggerService | false;
  /** Whether the options leave out who may do what. */
  readonly accessNotSet: boolean;
  /** Whether requests and collections are counted. */
  readonly metrics: boolean;
  /** The storage of the host, which the host closes. `undefined` if the settings name one. */
  readonly ownStorage: Storage | undefined;
}

/** Checks the options of a program, whatever their types. @throws InvalidOptions */
export function checkOptions(options: RegistryOptions): CheckedOptions {
  refuseUnknown(options);
  const { storage, access, logger, beforeManifestPublish: hooks = [], path = '' } = options;
  const settings = settingsOf(options);
  checkMirrors(options, settings.mirror.file);
  return {
    settings,
    parts: {
      ...(isHostAccess(access) ? { access: accessBy(access) } : {}),
      rules: hooks.map((check) => ({ check })),
      path: checkPath(path),
      ...(options.mirrors === undefined ? {} : { mirrors: options.mirrors }),
      offline: options.offline === true,
      embedded: true,
    },
    logger: logger === false ? false : new HostLog(settings.log.level, logger),
    accessNotSet: access === undefined,
    metrics: options.metrics === true,
    ownStorage: isDriver(storage) ? undefined : storage,
  };
}

/**
 * Returns the storage of the options. @throws Error with a message for the person who starts the
 * program, when it is unusable
 */
export function storageOf({ ownStorage, settings }: CheckedOptions): Storage {
  return ownStorage ?? openLocalStorage(settings);
}

const NAMES = [
  'storage',
  'access',
  'path',
  'settings',
  'mirrors',
  'offline',
  'beforeManifestPublish',
  'logger',
  'metrics',
] as const satisfies readonly (keyof RegistryOptions)[];

/** Options of a JavaScript program may have any properties. */
function refuseUnknown(options: object): void {
  const known: readonly string[] = NAMES;
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new InvalidOptions(`${unknown} is not an option; the options are: ${NAMES.join(', ')}`);
  }
  const { storage, beforeManifestPublish: hooks }: Readonly<Record<string, unknown>> = {
    ...options,
  };
  if (typeof storage !== 'object' || storage === null) {
    throw new InvalidOptions("storage is missing; the shortest is { driver: 'memory' }");
  }
  if (hooks !== undefined && !(Array.isArray(hooks) && hooks.every(isFunction))) {
    throw new InvalidOptions('beforeManifestPublish is not an array of functions');
  }
}

/** Checks what a mirrors file cannot tell. Its entries are checked when they are opened. */
function checkMirrors({ mirrors, offline }: RegistryOptions, file: string): void {
  const given: unknown = mirrors;
  if (given !== undefined && !(Array.isArray(given) && given.every(isObject))) {
    throw new InvalidOptions('mirrors is not a list of mirrors, such as { name, url }');
  }
  if (given !== undefined && file !== '') {
    throw new InvalidOptions(
      'mirrors and the setting REGISTRY_MIRRORS_FILE are both set: leave out one of them',
    );
  }
  if (offline === true && given === undefined && file === '') {
    throw new InvalidOptions('offline has no effect without mirrors: name them by mirrors');
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

/**
 * Allows only characters that URLs and routers read alike. A segment `v2` would make the start of
 * the API ambiguous.
 */
function checkPath(path: string): string {
  if (path === '' || path === '/') return '';
  if (/^(?:\/\w[\w.-]*)+$/.test(path) && !path.split('/').includes('v2')) return path;
  throw new InvalidOptions(
    `path is ${JSON.stringify(path)}; allowed: the path before /v2, such as /registry, with letters, digits and _ - .`,
  );
}
