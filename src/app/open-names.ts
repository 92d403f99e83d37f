import { openAccess, type Access } from '../access/guard/access.js';
import { type Settings } from '../config/settings.js';
import { type Log } from '../log/log.js';
import { type CurrentMirrors } from '../mirror/plan/current-mirrors.js';
import { type Storage } from '../storage/ports/storage.js';
import { openMirrors } from './mirror-parts.js';
import { type RegistryParts } from './registry-parts.js';

/** Who may do what, and which names are those of other registries. */
export interface Names {
  readonly access: Access;
  readonly mirrors: CurrentMirrors | undefined;
}

/**
 * Opens the access control and the mirrors of the settings. Each of their files is checked against the other one, at the start and
 * after each change, because a rule may make public what a mirror keeps private.
 *
 * @throws InvalidSettings @throws InvalidFile @throws InvalidMirrors
 */
export async function openNames(
  settings: Settings,
  storage: Pick<Storage, 'secrets' | 'catalog'>,
  log: Log,
  parts: Pick<RegistryParts, 'access' | 'mirrors' | 'offline' | 'watchEveryMs'> = {},
): Promise<Names> {
  let { access } = parts;
  const mirrors = await openMirrors(settings, storage, log, () => access, parts);
  try {
    const { checkRules } = mirrors ?? {};
    access ??= await openAccess(
      settings,
      storage.secrets,
      log.of('Access'),
      parts.watchEveryMs,
      checkRules,
    );
    return { access, mirrors };
  } catch (error) {
    mirrors?.close();
    throw error;
  }
}
