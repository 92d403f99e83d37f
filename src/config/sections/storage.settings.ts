import { flag, oneOf, size, text } from '../kinds.js';
import { Setting } from '../setting.js';

export type StorageDriver = 'filesystem' | 'memory';

/** Where images are kept. */
export class StorageSettings {
  @Setting(
    'REGISTRY_STORAGE_DRIVER',
    'filesystem',
    oneOf<StorageDriver>('filesystem', 'memory'),
    'Where images are kept: filesystem, or memory (lost when the process ends).',
  )
  readonly driver!: StorageDriver;

  @Setting(
    'REGISTRY_STORAGE_PATH',
    './data',
    text('a directory', 1),
    'The directory of the filesystem storage; made if it does not exist.',
  )
  readonly path!: string;

  @Setting(
    'REGISTRY_STORAGE_FSYNC',
    'true',
    flag,
    'Whether acknowledged content is on the disk. false is faster, and a power cut may lose or damage pushes.',
  )
  readonly fsync!: boolean;

  @Setting(
    'REGISTRY_STORAGE_MIN_FREE',
    '64MiB',
    size(0),
    'An upload that would leave less free space on the disk gets 507.',
  )
  readonly minFreeBytes!: number;

  @Setting(
    'REGISTRY_MEMORY_MAX_BYTES',
    '1GiB',
    size(1024 ** 2),
    'The most that the memory storage holds; a push beyond it gets 507.',
  )
  readonly memoryMaxBytes!: number;

  @Setting(
    'REGISTRY_SEED_PATH',
    '',
    text('a file or a directory'),
    'Images to load at the start: an OCI layout, a file of docker save, or a directory of those. Empty: none.',
  )
  readonly seedPath!: string;
}
