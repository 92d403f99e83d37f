import { type LoggerService } from '@nestjs/common';

import { type AuthSettings } from '../config/sections/auth.settings.js';
import { type SectionName, type Settings } from '../config/settings.js';
import { type PublishContext } from '../oci/manifests/publish-context.js';
import { type Storage } from '../storage/ports/storage.js';
import { type HostAccess } from './host-access.js';

/** In memory: gone with the process. */
export interface MemoryDriver {
  readonly driver: 'memory';
  /** How many bytes blobs, manifests and uploads may have together; 1 GiB by default. */
  readonly maxBytes?: number;
}

/** On a local disk, which several processes may share. */
export interface FilesystemDriver {
  readonly driver: 'filesystem';
  /** The directory; it is made if it is not there. */
  readonly path: string;
  /** Whether what was acknowledged survives a power cut; `true` by default. */
  readonly fsync?: boolean;
}

/** Logins and rules as the settings of the same names have them, such as `usersFile` for `REGISTRY_USERS_FILE`. */
export type LoginOptions = Partial<Omit<AuthSettings, 'oidcGroups'>> & {
  readonly oidcGroups?: string;
};

/** Settings by section and property. Numbers are bytes or milliseconds; a string is read as in the environment. */
export type SettingsBySection = {
  readonly [Name in SectionName]?: {
    readonly [Property in keyof Settings[Name]]?: Settings[Name][Property] | string;
  };
};

/**
 * A rule of the host for manifests. It refuses one by throwing `ManifestRefused`, or another `RegistryError`; nothing of what it
 * refuses is kept. Any other error becomes a logged 500, and the client learns nothing of it.
 */
export type ManifestHook = (publication: PublishContext) => void | Promise<void>;

/** What a registry within another program is made of. */
export interface RegistryOptions {
  /** Where the images are kept, or a storage of one's own: all ports of it, some of them replaced if one likes. */
  readonly storage: MemoryDriver | FilesystemDriver | Storage;

  /**
   * Who may do what: logins from files and issuers, something of one's own, or `'none'`: anyone who reaches the server may read,
   * overwrite and delete everything. Without a word it is `'none'`, and the log warns of it.
   */
  readonly access?: 'none' | LoginOptions | HostAccess;

  /** The path below which `/v2` is found, such as `/registry`; by default the root, which is all that clients of images know. */
  readonly path?: string;

  /**
   * Further settings: by section, such as `{ content: { maxUploadBytes: 2 ** 31 } }`, or by variable, such as
   * `{ REGISTRY_MAX_UPLOAD_BYTES: '2GiB' }`.
   */
  readonly settings?: SettingsBySection | Readonly<Record<string, string>>;

  /** Called one after the other with each manifest that is pushed, before anything of it can be seen. */
  readonly beforeManifestPublish?: readonly ManifestHook[];

  /** Where the log goes, by default to Nest's; `false` for nowhere. `REGISTRY_LOG_LEVEL` says how much. */
  readonly logger?: LoggerService | false;
}

/** Options are not what they may be; the message says which. */
export class InvalidOptions extends Error {
  override readonly name = 'InvalidOptions';
}
