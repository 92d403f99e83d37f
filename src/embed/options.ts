import { type LoggerService } from '@nestjs/common';

import { type AuthSettings } from '../config/sections/auth.settings.js';
import { type SectionName, type Settings } from '../config/settings.js';
import { type MirrorOptions } from '../mirror/plan/mirror-options.js';
import { type PublishContext } from '../oci/manifests/publish-context.js';
import { type Storage } from '../storage/ports/storage.js';
import { type HostAccess } from './host-access.js';

/** Keeps images in memory. They are lost when the process ends. */
export interface MemoryDriver {
  readonly driver: 'memory';
  /** The most that blobs, manifests and uploads may hold together, in bytes; 1 GiB by default. */
  readonly maxBytes?: number;
}

/** Keeps images on a local disk, which several processes may share. */
export interface FilesystemDriver {
  readonly driver: 'filesystem';
  /** The directory. It is created if it does not exist. */
  readonly path: string;
  /** Whether acknowledged content survives a power cut; `true` by default. */
  readonly fsync?: boolean;
}

/** Logins and rules, named like their settings, such as `usersFile` for `REGISTRY_USERS_FILE`. */
export type LoginOptions = Partial<Omit<AuthSettings, 'oidcGroups' | 'oidcRequire'>> & {
  readonly oidcRequire?: string;
  readonly oidcGroups?: string;
};

/** Settings by section and property. Numbers are bytes or milliseconds; a string is read as in the environment. */
export type SettingsBySection = {
  readonly [Name in SectionName]?: {
    readonly [Property in keyof Settings[Name]]?: Settings[Name][Property] | string;
  };
};

/**
 * A rule of the host for pushed manifests. It rejects one by throwing `ManifestRefused` or another
 * `RegistryError`; any other error becomes a 500 without details.
 */
export type ManifestHook = (publication: PublishContext) => void | Promise<void>;

/** The options of a registry within another program. */
export interface RegistryOptions {
  /** The driver that keeps the images, or a storage of your own with all of its ports. */
  readonly storage: MemoryDriver | FilesystemDriver | Storage;

  /**
   * Who may do what: logins from files and issuers, access of your own, or `'none'`. `'none'` is
   * the default, with a warning in the log: anyone who reaches the server may then read, overwrite
   * and delete everything.
   */
  readonly access?: 'none' | LoginOptions | HostAccess;

  /** The path before `/v2`, such as `/registry`. By default the root, the only place where image clients look. */
  readonly path?: string;

  /**
   * Further settings: by section, such as `{ content: { maxUploadBytes: 2 ** 31 } }`, or by
   * variable, such as `{ REGISTRY_MAX_UPLOAD_BYTES: '2GiB' }`.
   */
  readonly settings?: SettingsBySection | Readonly<Record<string, string>>;

  /** Mirrors of other registries: entries of a mirrors file. A file of your own is the setting `REGISTRY_MIRRORS_FILE`. */
  readonly mirrors?: readonly MirrorOptions[];

  /** Whether the mirrors never ask the other registries, and serve only what is stored; `false` by default. */
  readonly offline?: boolean;

  /** Rules that run in order on each pushed manifest, before it becomes visible. */
  readonly beforeManifestPublish?: readonly ManifestHook[];

  /** Whether `registry.metrics()` counts requests and collections; `false` by default. */
  readonly metrics?: boolean;

  /** The logger; Nest's by default, and `false` for no log. `REGISTRY_LOG_LEVEL` sets the level. */
  readonly logger?: LoggerService | false;
}

/** One or more options are invalid. The message says which. */
export class InvalidOptions extends Error {
  override readonly name = 'InvalidOptions';
}
