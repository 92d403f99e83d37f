export interface Layer {
  /** The other folders of src/ that its files may import. */
  readonly ours: readonly string[];
  /** The packages that they may import; a `*` at the end stands for any rest. */
  readonly packages: readonly string[];
}

/** What any folder above them may import: they know nothing of a registry's storage or its protocol. */
const FOUNDATION = ['domain', 'config', 'files', 'log'] as const;
const HTTP = ['http/server', 'http/oci'] as const;
const INSPECT = [
  'inspect/images',
  'inspect/manifests',
  'inspect/repositories',
  'inspect/storage',
] as const;
const API_FEATURES = [
  'api/access',
  'api/description',
  'api/events',
  'api/manifests',
  'api/mirrors',
  'api/registry',
  'api/repositories',
  'api/robots',
  'api/session',
  'api/storage',
  'api/tags',
  'api/uploads',
] as const;
const ACCESS = ['access/policy', 'access/identity', 'access/tokens', 'access/guard'] as const;
const FEATURES = [
  'oci/base',
  'oci/blobs',
  'oci/catalog',
  'oci/manifests',
  'oci/tags',
  'oci/uploads',
  'observe/audit',
  'events/webhooks',
  'observe/events',
  'observe/health',
  'observe/live',
  'observe/metrics',
  'observe/requests',
  'observe/traces',
  'observe/usage',
  'upkeep/gc',
  'upkeep/read-only',
  'ui',
  'mirror/names',
  ...API_FEATURES,
] as const;

const FEATURE: Layer = {
  ours: [
    ...FOUNDATION,
    'storage/ports',
    'storage/protocol',
    ...HTTP,
    'access/policy',
    'access/guard',
  ],
  packages: ['@nestjs/common', '@nestjs/core', 'express', 'node:*'],
};
const API_FEATURE: Layer = {
  ours: [...FEATURE.ours, 'http/api', ...INSPECT],
  packages: [...FEATURE.packages, 'class-transformer', 'class-validator', 'lru-cache'],
};
const ADAPTER: Layer = {
  ours: ['domain', 'storage/ports', 'storage/protocol', 'storage/protocol/collect'],
  packages: ['node:*'],
};

/** What the rooms of the storage in PostgreSQL are built on. */
const POSTGRES = ['storage/postgres/database', 'storage/postgres/objects'] as const;

/** Every folder of src/ and what it may import. Arrows point down only, and a feature never imports a feature. */
export const LAYERS: Readonly<Record<string, Layer>> = {
  // The foundation.
  domain: { ours: [], packages: ['node:crypto'] },
  config: {
    ours: ['files'],
    packages: ['@nestjs/common', '@nestjs/config', 'class-validator', 'reflect-metadata', 'node:*'],
  },
  files: { ours: [], packages: ['yaml', 'node:*'] },
  log: { ours: [], packages: ['@nestjs/common', 'pino', 'node:*'] },
  // The storage.
  'storage/ports': { ours: ['domain'], packages: [] },
  'storage/protocol': { ours: ['domain', 'storage/ports'], packages: ['lru-cache', 'node:crypto'] },
  'storage/protocol/collect': {
    ours: ['domain', 'storage/ports', 'storage/protocol'],
    packages: ['lru-cache', 'node:crypto'],
  },
  'storage/filesystem': {
    ours: [...ADAPTER.ours, 'files', 'storage/filesystem/disk', 'storage/filesystem/events'],
    packages: [...ADAPTER.packages, 'lru-cache'],
  },
  'storage/filesystem/events': {
    ours: ['domain', 'files', 'storage/ports', 'storage/protocol', 'storage/filesystem/disk'],
    packages: ['node:*'],
  },
  'storage/filesystem/disk': {
    ours: [...ADAPTER.ours, 'files'],
    packages: [...ADAPTER.packages, 'lru-cache'],
  },
  'storage/memory': ADAPTER,
  'storage/postgres': {
    ours: [
      ...ADAPTER.ours,
      'storage/postgres/collect',
      'storage/postgres/database',
      'storage/postgres/events',
      'storage/postgres/manifests',
      'storage/postgres/objects',
      'storage/postgres/s3',
      'storage/postgres/schema',
      'storage/postgres/uploads',
      'storage/postgres/verify',
    ],
    packages: ADAPTER.packages,
  },
  'storage/postgres/collect': {
    ours: [
      'domain',
      'storage/ports',
      'storage/protocol',
      'storage/protocol/collect',
      ...POSTGRES,
      'storage/postgres/events',
      'storage/postgres/uploads',
    ],
    packages: [],
  },
  'storage/postgres/uploads': {
    ours: ['domain', 'storage/ports', 'storage/protocol', ...POSTGRES],
    packages: ['node:crypto', 'p-limit'],
  },
  'storage/postgres/manifests': {
    ours: [
      'domain',
      'storage/ports',
      'storage/protocol',
      'storage/postgres/database',
      'storage/postgres/events',
    ],
    packages: ['node:crypto'],
  },
  'storage/postgres/events': {
    ours: ['domain', 'storage/ports', 'storage/protocol', 'storage/postgres/database'],
    packages: [],
  },
  'storage/postgres/database': {
    ours: ['domain', 'storage/protocol', 'storage/postgres/objects'],
    packages: ['pg'],
  },
  'storage/postgres/objects': {
    ours: ['domain', 'files', 'storage/ports', 'storage/protocol'],
    packages: ['node:*'],
  },
  'storage/postgres/verify': {
    ours: ['domain', 'storage/ports', ...POSTGRES],
    packages: [],
  },
  'storage/postgres/s3': {
    ours: ['domain', 'storage/ports', 'storage/protocol', 'storage/postgres/objects'],
    packages: ['@aws-sdk/client-s3', 'node:crypto'],
  },
  'storage/postgres/schema': {
    ours: ['storage/postgres/database'],
    packages: ['kysely', 'kysely/migration', 'pg'],
  },
  'storage/contract': {
    ours: ['domain', 'storage/ports', 'storage/protocol'],
    packages: ['node:*'],
  },
  storage: {
    ours: [
      'config',
      'storage/ports',
      'storage/filesystem',
      'storage/memory',
      'storage/postgres',
      'storage/postgres/schema',
    ],
    packages: ['@nestjs/common', 'node:cluster'],
  },
  // HTTP, and who may do what.
  'http/server': { ours: FOUNDATION, packages: ['express', 'lru-cache', 'node:*'] },
  'http/server/tls': { ours: [...FOUNDATION, 'http/server'], packages: ['node:*'] },
  'http/oci': {
    // storage/protocol for its failures: an id that is no upload's fails as an unknown upload does.
    ours: [...FOUNDATION, 'storage/ports', 'storage/protocol', 'http/server'],
    packages: ['@nestjs/common', 'express', 'node:*'],
  },
  'http/api': {
    ours: [...FOUNDATION, ...HTTP],
    packages: [
      '@nestjs/common',
      'class-transformer',
      'class-validator',
      'express',
      'rxjs',
      'node:*',
    ],
  },
  'access/policy': { ours: ['domain', 'files', 'access/identity'], packages: ['node:*'] },
  'access/identity': {
    ours: [...FOUNDATION, 'storage/ports', 'access/policy'],
    packages: ['bcrypt', 'jose', 'lru-cache', 'p-limit', 'node:*'],
  },
  'access/tokens': {
    ours: [...FOUNDATION, 'storage/ports', 'access/policy', 'access/identity'],
    packages: ['jose', 'lru-cache', 'node:*'],
  },
  'access/guard': {
    ours: [
      ...FOUNDATION,
      'storage/ports',
      ...HTTP,
      'access/policy',
      'access/identity',
      'access/tokens',
    ],
    packages: ['@nestjs/*', 'express', 'node:*'],
  },
  // The events file, and which events somebody wants.
  events: {
    ours: [...FOUNDATION, 'storage/ports', 'access/policy'],
    packages: ['@nestjs/common', 'node:crypto', 'node:http', 'node:path'],
  },
  // The mirrors file, and which repository a request means.
  'mirror/plan': {
    ours: ['domain', 'config', 'files', 'access/policy'],
    packages: ['node:crypto', 'node:net', 'node:path'],
  },
  // What all processes of a storage know of mirrors.
  'mirror/records': { ours: ['domain', 'storage/ports'], packages: ['node:crypto'] },
  // The features.
  ...Object.fromEntries(FEATURES.map((feature) => [feature, FEATURE])),
  // It collects, and says through the API what it does.
  'upkeep/gc': { ...API_FEATURE, ours: [...API_FEATURE.ours, 'events'] },
  // Controllers whose queries, bodies and answers are classes.
  ...Object.fromEntries(API_FEATURES.map((feature) => [feature, API_FEATURE])),
  // The doctor examines from outside, and knows nothing of the registry that it runs in.
  'api/registry': { ...API_FEATURE, ours: [...API_FEATURE.ours, 'doctor'] },
  'api/session': { ...API_FEATURE, ours: [...API_FEATURE.ours, 'access/identity'] },
  'api/robots': { ...API_FEATURE, ours: [...API_FEATURE.ours, 'access/identity'] },
  'observe/metrics': { ...FEATURE, packages: [...FEATURE.packages, 'lru-cache', 'prom-client'] },
  // What a request was and who sent it, for both logs.
  'observe/requests': { ...FEATURE, packages: [...FEATURE.packages, 'lru-cache'] },
  'observe/traces': { ...FEATURE, packages: [...FEATURE.packages, '@opentelemetry/*'] },
  'observe/events': { ...FEATURE, ours: [...FEATURE.ours, 'events', 'observe/requests'] },
  // It delivers, and says through the API what it delivered.
  'events/webhooks': {
    ours: [...API_FEATURE.ours, 'events'],
    packages: [...API_FEATURE.packages, 'standardwebhooks'],
  },
  'api/events': { ...API_FEATURE, ours: [...API_FEATURE.ours, 'access/tokens', 'events'] },
  'mirror/names': { ...FEATURE, ours: [...FEATURE.ours, 'mirror/plan', 'mirror/records'] },
  'observe/live': {
    ours: [...FEATURE.ours, 'observe/requests'],
    packages: [...FEATURE.packages, 'lru-cache'],
  },
  'observe/audit': { ...FEATURE, ours: [...FEATURE.ours, 'observe/requests'] },
  // The API sets and removes tags by the same services, and by the same rules, as pushes and deletes.
  'oci/manifests': API_FEATURE,
  'observe/health': { ...FEATURE, packages: [...FEATURE.packages, '@nestjs/terminus'] },
  'transfer/archives': { ours: ['domain'], packages: ['node:*', 'tar'] },
  'transfer/seed': {
    ours: ['domain', 'storage/ports', 'storage/protocol', 'transfer/archives'],
    packages: ['node:*'],
  },
  // What other programs use: browsers load it too, so it imports nothing of the server.
  'api/client': { ours: [], packages: ['openapi-fetch'] },
  // What people ask about the content, as services without HTTP: for the API and for the command line.
  'inspect/repositories': {
    ours: ['domain', 'storage/ports', 'storage/protocol'],
    packages: ['node:timers/promises'],
  },
  // Layers of images, for a comparison and for test suites.
  'inspect/layers': { ours: [], packages: ['node:path', 'node:stream', 'node:zlib', 'tar'] },
  'inspect/manifests': {
    ours: ['domain', 'storage/ports', 'storage/protocol'],
    packages: ['lru-cache'],
  },
  'inspect/images': {
    ours: ['domain', 'storage/ports', 'storage/protocol', 'inspect/layers', 'inspect/manifests'],
    packages: ['node:crypto'],
  },
  'inspect/storage': { ours: ['domain', 'storage/ports'], packages: [] },
  // What all parts of the API share.
  api: {
    ours: [...FOUNDATION, 'storage/ports', 'storage/protocol', ...INSPECT],
    packages: ['@nestjs/common'],
  },
  // The client of other registries. Its login is a part of a mirror's plan.
  client: {
    ours: ['domain', 'config', 'files', 'log', 'mirror/plan'],
    packages: ['lru-cache', 'node:*', 'undici'],
  },
  // The mirrors: what they ask other registries, and the ports by which clients read.
  'mirror/upstream': {
    ours: ['domain', 'log', 'client', 'mirror/plan'],
    packages: [],
  },
  'mirror/flights': {
    ours: ['domain', 'files', 'log', 'storage/ports', 'client', 'mirror/plan', 'mirror/upstream'],
    packages: ['lru-cache', 'node:crypto', 'node:path', 'node:timers/promises'],
  },
  'mirror/content': {
    ours: [
      'domain',
      'log',
      'storage/ports',
      'client',
      'inspect/manifests',
      'mirror/plan',
      'mirror/upstream',
      'mirror/flights',
    ],
    packages: ['lru-cache'],
  },
  'mirror/eviction': {
    ours: [
      ...['domain', 'log', 'storage/ports', 'storage/protocol'],
      ...['mirror/plan', 'mirror/records'],
    ],
    packages: [],
  },
  // What administrators see of the mirrors, and do with them.
  'mirror/operations': {
    ours: [
      ...['domain', 'storage/ports', 'access/policy'],
      ...['mirror/plan', 'mirror/content', 'mirror/warming'],
    ],
    packages: [],
  },
  'mirror/warming': {
    ours: [
      ...['domain', 'log', 'storage/ports', 'storage/protocol'],
      ...['client', 'mirror/plan', 'mirror/records', 'mirror/upstream', 'mirror/content'],
    ],
    packages: ['node:crypto'],
  },
  'mirror/requests': {
    ours: ['domain', 'http/oci', 'access/guard'],
    packages: ['express', 'node:async_hooks'],
  },
  mirror: {
    ours: [
      'domain',
      'config',
      'log',
      'storage/ports',
      'client',
      'mirror/plan',
      'mirror/content',
      'mirror/eviction',
      'mirror/operations',
      'mirror/requests',
      'mirror/warming',
    ],
    packages: ['@nestjs/common', 'express'],
  },
  // The composition root.
  app: {
    ours: [
      ...FOUNDATION,
      'mirror',
      'mirror/content',
      'storage',
      'storage/ports',
      ...HTTP,
      'http/server/tls',
      ...ACCESS,
      ...FEATURES,
      'api',
      'events',
      'mirror/plan',
    ],
    packages: ['@nestjs/*', 'express', 'reflect-metadata', 'node:*'],
  },
  // The ways in: a command line, another program, a test suite.
  'cli/dev-certificates': {
    ours: ['files'],
    packages: ['@peculiar/x509', 'reflect-metadata', 'node:*'],
  },
  cli: {
    ours: [
      ...FOUNDATION,
      'storage',
      'storage/ports',
      'storage/protocol',
      ...ACCESS,
      'events',
      'mirror/names',
      'upkeep/gc',
      'observe/audit',
      'observe/metrics',
      'observe/traces',
      'transfer/seed',
      'app',
      'doctor',
      'cli/dev-certificates',
      'cli/commands',
      'cli/content',
    ],
    packages: ['@nestjs/*', 'commander', 'node:*'],
  },
  'cli/commands': {
    ours: ['config', 'cli', 'cli/content', 'cli/mirrors', 'cli/target'],
    packages: [],
  },
  'cli/mirrors': {
    ours: [
      'domain',
      'config',
      'log',
      'client',
      'files',
      'access/guard',
      'access/policy',
      'mirror/names',
      'mirror/plan',
      'api/client',
      'cli',
      'cli/output',
      'cli/target',
    ],
    packages: [],
  },
  // A registry by its URL, or the API over a storage in this process.
  'cli/target': {
    ours: [
      'domain',
      'config',
      'storage/ports',
      'access/guard',
      'access/identity',
      'access/policy',
      'observe/audit',
      'api/client',
      'app',
      'cli',
    ],
    packages: ['node:*'],
  },
  'cli/output': { ours: ['log', 'cli'], packages: [] },
  // What the commands about content do, by the API alone.
  'cli/content': {
    ours: [
      'domain',
      'config',
      'storage/ports',
      'storage/protocol',
      'api/client',
      'cli',
      'cli/output',
      'cli/target',
    ],
    packages: ['node:*'],
  },
  // It reads challenges as the client of other registries does, and sends its requests itself.
  doctor: { ours: ['domain'], packages: ['node:*'] },
  embed: {
    ours: [
      ...FOUNDATION,
      'storage',
      'storage/ports',
      'storage/protocol',
      ...HTTP,
      ...ACCESS,
      'api/events',
      'observe/metrics',
      'mirror/plan',
      'oci/manifests',
      'transfer/seed',
      'app',
    ],
    packages: ['@nestjs/common', '@nestjs/platform-express', 'node:*'],
  },
  testing: {
    ours: [
      'domain',
      'config',
      'storage/ports',
      'storage/protocol',
      'storage/filesystem',
      'storage/memory',
      ...HTTP,
      'access/policy',
      'access/identity',
      'mirror',
      'mirror/plan',
      'oci/manifests',
      'inspect/layers',
      'transfer/seed',
      'app',
      'cli/dev-certificates',
    ],
    packages: ['@nestjs/common', '@nestjs/platform-express', 'tar', 'node:*'],
  },
  // What the package exports: these files only re-export.
  exports: {
    ours: [
      'api/client',
      'domain',
      'storage/ports',
      'storage/protocol',
      'storage/filesystem',
      'storage/memory',
      'storage/contract',
      'access/policy',
      'mirror/plan',
      'oci/manifests',
      'embed',
      'testing',
    ],
    packages: [],
  },
  // The process.
  '.': { ours: ['cli', 'cli/commands', 'config', 'files'], packages: ['node:*'] },
};

/** Who may import node:fs, and why. */
export const READS_FILES: Readonly<Record<string, string>> = {
  'storage/filesystem/': 'it is the store on disk',
  'storage/postgres/objects/': 'a shared directory may hold the bytes',
  'api/description/': 'the page that shows the description is a file of the package',
  'ui/': 'the console is files of the package',
  'transfer/': 'it reads images that lie beside the registry',
  'config/': 'it reads .env',
  'files/': 'it reads and writes what people edit',
  'access/identity/': 'users are in a file that people edit',
  'observe/audit/': 'it writes a file that nobody reads here',
  'cli/dev-certificates/': 'it makes certificates',
  'cli/config-command.ts': 'it writes a settings file',
  'cli/doctor-command.ts': 'the CA that it is to trust is in a file',
  'cli/target/': 'logins, a CA and the socket of a storage are files',
  'testing/credential-files.ts': 'the settings of logins and certificates name files',
  'mirror/flights/spool': 'running downloads are in files if the storage cannot read them',
  'http/server/tls/': 'certificates and keys are files',
  'main.ts': 'it reads its version from package.json',
};

const KIT = ['react', '@mantine/*', 'wouter'] as const;

/** The folders of console/src/ and what they may import, in the same direction. A page never imports another page. */
export const CONSOLE_LAYERS: Readonly<Record<string, Layer>> = {
  api: { ours: [], packages: ['react', '@tanstack/react-query'] },
  parts: { ours: ['api'], packages: KIT },
  pages: { ours: ['api', 'parts'], packages: [...KIT, '@tanstack/react-query'] },
  app: {
    ours: ['api', 'parts', 'pages'],
    packages: [...KIT, '@tanstack/react-query', 'react-dom/*', 'get-nonce'],
  },
};
