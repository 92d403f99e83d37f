import {
  type ArtifactOptions,
  type ImageOptions,
  type IndexOptions,
  type RunConfig,
} from './builders.js';
import {
  checkArgument,
  checkFields,
  isContent,
  isRecord,
  OBJECTS_BY_NAME,
  RECORD,
  TEXT,
  TEXTS,
  TEXTS_BY_NAME,
  type Fields,
  type Kind,
} from './check-arguments.js';
import { CONTENT_OR_DESCRIPTOR, CONTENTS, isBlob, isListOf } from './check-content.js';
import { type Platform } from './content.js';

const IMAGE: Fields<ImageOptions> = {
  layers: {
    allowed: 'a list of objects of files by path, and of results of layer or blob',
    // `layer` has a better message for bytes.
    fits: (value) => isListOf(value, (item) => isRecord(item) || item instanceof Uint8Array),
  },
  config: RECORD,
  platform: { allowed: "an object such as { os: 'linux', architecture: 'arm64' }", fits: isRecord },
  annotations: TEXTS_BY_NAME,
};

const RUN_CONFIG: Fields<RunConfig> = {
  User: { allowed: 'a text', fits: (value) => typeof value === 'string' },
  Env: TEXTS,
  Entrypoint: TEXTS,
  Cmd: TEXTS,
  WorkingDir: TEXT,
  Labels: TEXTS_BY_NAME,
  StopSignal: TEXT,
  ExposedPorts: OBJECTS_BY_NAME,
  Volumes: OBJECTS_BY_NAME,
};

const PLATFORM: Fields<Platform> = {
  os: TEXT,
  architecture: TEXT,
  variant: TEXT,
  'os.version': TEXT,
  'os.features': TEXTS,
};

const INDEX: Fields<IndexOptions> = { annotations: TEXTS_BY_NAME };

const FILES: Kind = {
  allowed: 'an object whose values are texts or bytes',
  fits: (value) => isRecord(value) && Object.values(value).every(isContent),
};

const ARTIFACT: Fields<ArtifactOptions> = {
  type: TEXT,
  subject: CONTENT_OR_DESCRIPTOR,
  files: FILES,
  blobs: {
    allowed: 'a list of results of blob or layer',
    fits: (value) => isListOf(value, isBlob),
  },
  annotations: TEXTS_BY_NAME,
};

/** Checks the options of `image` from a JavaScript caller. @throws TypeError */
export function checkImageOptions(options: ImageOptions): void {
  checkFields<ImageOptions>('image', options, IMAGE);
  const { config, platform } = options;
  if (config !== undefined) checkFields<RunConfig>('config of image', config, RUN_CONFIG);
  if (platform === undefined) return;
  checkFields<Platform>('platform of image', platform, PLATFORM);
  checkArgument('os of platform of image', platform.os, TEXT);
  checkArgument('architecture of platform of image', platform.architecture, TEXT);
}

/** Checks the arguments of `index` from a JavaScript caller. @throws TypeError */
export function checkIndexArguments(entries: unknown, options: IndexOptions): void {
  checkArgument('the entries of an index', entries, CONTENTS);
  checkFields<IndexOptions>('index', options, INDEX);
}

/** Checks the options of `artifact` from a JavaScript caller. @throws TypeError */
export function checkArtifactOptions(options: ArtifactOptions): void {
  checkFields<ArtifactOptions>('artifact', options, ARTIFACT);
  checkArgument('type of artifact', options.type, TEXT);
}
