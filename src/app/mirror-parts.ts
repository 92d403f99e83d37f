import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';

import { type Access } from '../access/guard/access.js';
import { authModeOf } from '../access/guard/auth-mode.js';
import { type Settings } from '../config/settings.js';
import { prepareServer } from '../http/server/prepare-server.js';
import { type ServedCertificate } from '../http/server/tls/served-certificate.js';
import { type Log } from '../log/log.js';
import { type MirrorNaming } from '../mirror/names/mirror-names.js';
import { type WatchedMirrors } from '../mirror/names/open-mirrors.js';
import { type Mirroring } from '../mirror/open-mirroring.js';
import { type CurrentMirrors } from '../mirror/plan/current-mirrors.js';
import { type Metrics } from '../observe/metrics/metrics.js';
import { type Storage } from '../storage/ports/storage.js';
import { collectionRules } from '../upkeep/gc/collection-rules.js';
import { type RegistryParts } from './registry-parts.js';

/** The parts of a registry that are about mirrors. */
type MirrorsParts = Pick<RegistryParts, 'mirrors' | 'offline' | 'watchEveryMs'>;

/**
 * Opens the mirrors of the parts, or those of the settings' file. Resolves to `undefined` without any; then nothing of the mirrors is
 * loaded.
 *
 * @param access returns the access control, or `undefined` while it is not open yet
 * @throws InvalidFile or InvalidMirrors
 */
export async function openMirrors(
  settings: Settings,
  storage: Pick<Storage, 'secrets' | 'catalog'>,
  log: Log,
  access: () => Access | undefined,
  { mirrors, offline = false, watchEveryMs }: MirrorsParts,
): Promise<WatchedMirrors | undefined> {
  const source = mirrors ?? settings.mirror.file;
  if (source === '') return undefined;
  const { WatchedMirrors } = await import('../mirror/names/open-mirrors.js');
  const base = {
    source,
    offline,
    storage,
    publicUrl: settings.server.publicUrl,
    // A program that decides by itself is responsible for what it makes public.
    isOpen: access() === undefined && authModeOf(settings) === 'none',
    rules: () => access()?.people?.rules,
  };
  return WatchedMirrors.open(base, log.of('Mirror'), watchEveryMs);
}

/** What mirrors need of the application. */
interface MirrorBase {
  readonly settings: Settings;
  readonly storage: Storage;
  readonly log: Log;
  readonly metrics: Metrics | undefined;
}

/** Returns the parts of an application that get the content of mirrors. */
export async function mirroringBy(
  mirrors: CurrentMirrors,
  { settings, storage, log, metrics }: MirrorBase,
): Promise<Mirroring> {
  const { openMirroring } = await import('../mirror/open-mirroring.js');
  const { maxManifestBytes, maxManifestEntries, maxManifestMemory, maxUploadBytes, readOnly } =
    settings.content;
  const { spoolPath, spoolMaxBytes } = settings.mirror;
  return openMirroring(mirrors, storage, {
    log: log.of('Mirror'),
    maxManifestBytes,
    maxManifestEntries,
    maxManifestMemory,
    maxUploadBytes,
    spool: {
      path: spoolPath || tmpdir(),
      maxBytes: spoolMaxBytes,
      minFreeBytes: settings.storage.minFreeBytes,
    },
    readOnly,
    observer: metrics?.mirrors(),
    rules: collectionRules(settings.gc),
  });
}

/** Returns the parts of an application that decide which repository is meant. @param path the path prefix of `/v2` */
export async function namingBy(
  mirrors: CurrentMirrors,
  settings: Settings,
  log: Log,
  certificate: ServedCertificate | undefined,
  path: string,
): Promise<MirrorNaming> {
  const { mirrorNaming } = await import('../mirror/names/mirror-names.js');
  const newServer = (): Server => {
    const server = certificate === undefined ? createServer() : tlsServer(certificate);
    prepareServer(server, settings.server, log.of('Registry'));
    return server;
  };
  const { shutdownTimeoutMs } = settings.server;
  return mirrorNaming(mirrors, path, { newServer, shutdownTimeoutMs });
}

function tlsServer(certificate: ServedCertificate): Server {
  const server = createTlsServer(certificate.options);
  certificate.attach(server);
  return server;
}
