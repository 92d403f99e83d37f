import { IsNotEmpty, ValidateIf } from 'class-validator';

import { duration, flag, oneOf, size, text, wholeNumber } from '../kinds.js';
import { origin } from '../network-kinds.js';
import { Setting } from '../setting.js';
import { databaseUrl, objectsUrl } from '../storage-kinds.js';

export type StorageDriver = 'filesystem' | 'memory' | 'postgres';

const usesPostgres = ({ driver }: StorageSettings): boolean => driver === 'postgres';

const POSTGRES_NEEDS =
  'REGISTRY_STORAGE_DRIVER=postgres needs REGISTRY_DATABASE_URL and REGISTRY_OBJECTS: set both';

/** Where images are kept. */
export class StorageSettings {
  @Setting(
    'REGISTRY_STORAGE_DRIVER',
    'filesystem',
    oneOf<StorageDriver>('filesystem', 'memory', 'postgres'),
    'Where images are kept: filesystem, memory (lost when the process ends), or postgres (PostgreSQL and an object store).',
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

  @ValidateIf(usesPostgres)
  @IsNotEmpty({ message: POSTGRES_NEEDS })
  @Setting(
    'REGISTRY_DATABASE_URL',
    '',
    databaseUrl,
    'The database of the postgres storage, such as postgres://berth:PASSWORD@db.example.com/berth.',
    { secret: true },
  )
  readonly databaseUrl!: string;

  @Setting(
    'REGISTRY_DATABASE_CONNECTIONS',
    '10',
    wholeNumber(2, 500),
    'The most connections that one process has to the database.',
  )
  readonly databaseConnections!: number;

  @ValidateIf(usesPostgres)
  @IsNotEmpty({ message: POSTGRES_NEEDS })
  @Setting(
    'REGISTRY_OBJECTS',
    '',
    objectsUrl,
    'Where the postgres storage keeps the bytes of blobs: s3://BUCKET/PREFIX, or file:///DIRECTORY that all instances share.',
  )
  readonly objects!: string;

  @Setting(
    'REGISTRY_OBJECT_GRACE',
    '7d',
    duration(0),
    'How long the bytes of a removed blob are kept, so that a backup of the database of that time can be restored.',
  )
  readonly objectGraceMs!: number;

  @Setting(
    'REGISTRY_S3_ENDPOINT',
    '',
    origin,
    'The URL of an S3 server other than AWS, such as http://minio:9000. Empty: AWS.',
  )
  readonly s3Endpoint!: string;

  @Setting('REGISTRY_S3_REGION', 'us-east-1', text('a region', 1), 'The region of the bucket.')
  readonly s3Region!: string;

  @Setting(
    'REGISTRY_S3_PATH_STYLE',
    'false',
    flag,
    'Whether the bucket is a part of the path of URLs, as most servers other than AWS want it, and not of the host name.',
  )
  readonly s3PathStyle!: boolean;

  @Setting(
    'REGISTRY_S3_PUBLIC_ENDPOINT',
    '',
    origin,
    'The URL of the S3 server as clients reach it, for REGISTRY_BLOB_DELIVERY=redirect. Empty: the same as for Berth.',
  )
  readonly s3PublicEndpoint!: string;

  @Setting(
    'REGISTRY_SEED_PATH',
    '',
    text('a file or a directory'),
    'Images to load at the start: an OCI layout, a file of docker save, or a directory of those. Empty: none.',
  )
  readonly seedPath!: string;
}
