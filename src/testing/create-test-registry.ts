import { once } from 'node:events';
import { type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

import { type INestApplication } from '@nestjs/common';

import { createRegistryApp } from '../app/bootstrap.js';
import { type RegistryParts } from '../app/registry-parts.js';
import { type Settings } from '../config/settings.js';
import { InvalidMirrors } from '../mirror/plan/invalid-mirrors.js';
import { createMemoryStorage } from '../storage/memory/memory-storage.js';
import { type Storage } from '../storage/ports/storage.js';
import { writeCredentialFiles, type CredentialFiles } from './credential-files.js';
import { CurrentStorage, type OpenEmptyStorage } from './current-storage.js';
import { Front } from './front.js';
import { mirroredNames, storedContent, type MirroredContent } from './mirrored-content.js';
import { checkOptions, LOCAL, settingsOf, type TestRegistryOptions } from './registry-options.js';
import { TestRegistry, type Place } from './test-registry.js';
import { ManifestRemoval } from '../oci/manifests/manifest-removal.js';
import { ManifestsService } from '../oci/manifests/manifests.service.js';

/**
 * Starts a registry for tests in this process: the released one, with its storage in memory, on a
 * free port.
 *
 * Any number of them can be open at once, independent of each other. @throws InvalidSettings,
 * UnusableCertificate and InvalidFile, as the server does at its start; TypeError for wrong options
 */
export async function createTestRegistry(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  checkOptions(options);
  const files = await writeCredentialFiles(options, options.host ?? LOCAL);
  try {
    const settings = settingsOf(options, files.settings);
    const storage = await CurrentStorage.first(openStorageOf(options, settings));
    return await start(settings, storage, files, partsOf(options)).catch(async (error: unknown) => {
      await storage.ports.close();
      throw error instanceof InvalidMirrors
        ? new TypeError(error.message, { cause: error })
        : error;
    });
  } catch (error) {
    await files.remove();
    throw error;
  }
}

/** Returns what opens the storage, at the start and at each reset. */
function openStorageOf(
  { storage, maxBytes }: TestRegistryOptions,
  settings: Settings,
): OpenEmptyStorage {
  if (typeof storage === 'string') return () => openDirectory(storage);
  const bytes = maxBytes ?? settings.storage.memoryMaxBytes;
  return storage ?? (() => createMemoryStorage({ maxBytes: bytes }));
}

/** Opens the storage in a directory. Tests need not wait for the disk. */
async function openDirectory(path: string): Promise<Storage> {
  const { openFilesystemStorage } = await import('../storage/filesystem/filesystem-storage.js');
  return openFilesystemStorage({ path, fsync: false });
}

function partsOf({ mirrors, offline = false }: TestRegistryOptions): RegistryParts {
  return { offline, ...(typeof mirrors === 'object' && { mirrors }) };
}

async function start(
  settings: Settings,
  storage: CurrentStorage,
  credentials: CredentialFiles,
  parts: RegistryParts,
): Promise<TestRegistry> {
  const app = await createRegistryApp(settings, storage.ports, false, parts);
  const server: Server = app.getHttpServer();
  const front = Front.before(server);
  try {
    await once(server.listen(settings.server.port, settings.server.host), 'listening');
    const hasMirrors = parts.mirrors !== undefined || settings.mirror.file !== '';
    return new TestRegistry({
      server,
      manifests: app.get(ManifestsService, { strict: false }),
      removal: app.get(ManifestRemoval, { strict: false }),
      endApp: () => app.close(),
      storage,
      mirrored: hasMirrors ? await mirroredContent(app) : storedContent(storage.ports),
      front,
      place: placeReachedAt(settings, server),
      credentials,
    });
  } catch (error) {
    // A server that stays open would keep the process of the tests from ending.
    await app.close();
    throw error;
  }
}

/** Resolves to the content of a registry with mirrors. */
async function mirroredContent(app: INestApplication): Promise<MirroredContent> {
  // The code is large, and few tests have mirrors.
  const { MirroredPorts } = await import('../mirror/mirrored-ports.js');
  const { CurrentMirrors } = await import('../mirror/plan/current-mirrors.js');
  const names = mirroredNames(app.get(CurrentMirrors, { strict: false }));
  return { storage: app.get(MirroredPorts, { strict: false }), names };
}

function placeReachedAt(
  { server: { host }, tls: { certificate: tlsCert } }: Settings,
  server: Server,
): Place {
  const { port, address: bound } = server.address() as AddressInfo;
  const scheme = tlsCert === '' ? 'http' : 'https';
  const isHere = ['0.0.0.0', '::', '127.0.0.1', 'localhost'].includes(host);
  // The name may resolve to ::1 only.
  const reached = host === 'localhost' ? bound : isHere ? '127.0.0.1' : host;
  const address = reached.includes(':') ? `[${reached}]` : reached;
  // oras uses plain HTTP for this name only; docker, crane, BuildKit and containerd also for the
  // address.
  const name = isHere ? 'localhost' : address;
  return { url: `${scheme}://${address}:${port}`, host: `${name}:${port}`, port };
}
