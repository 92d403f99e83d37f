/**
 * Writes the description of the API, which the registry serves, and the types of its client:
 * `src/api/description/openapi.ts` and `src/api/client/schema.ts`.
 *
 * It is read from the controllers and their classes by @nestjs/swagger, which nothing in `src/` imports. Run it after a change of
 * the API; `npm test` fails if the file differs.
 *
 *   node build/openapi.ts [DESCRIPTION TYPES]
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { PluginMetadataGenerator } from '@nestjs/cli/lib/compiler/plugins/plugin-metadata-generator.js';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { ReadonlyVisitor } from '@nestjs/swagger/plugin';

import openapiTS, { astToString } from 'openapi-typescript';

import { type Description, describedFully } from './openapi-rules.ts';

const ROOT = resolve(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
const DESCRIPTION = join(ROOT, 'src/api/description/openapi.ts');
const TYPES = join(ROOT, 'src/api/client/schema.ts');

/** What the compiler knows of the classes: their comments, types and rules. Its imports are relative to `dist`. */
const METADATA = join(DIST, 'openapi-metadata.ts');

interface Compiled {
  readonly createRegistryApp: (...parts: unknown[]) => Promise<{ close(): Promise<void> }>;
  readonly loadSettings: (texts: object) => object;
  readonly createMemoryStorage: (options: object) => object;
}

async function main(description = DESCRIPTION, types = TYPES): Promise<void> {
  const described = await describe();
  const text = JSON.stringify(described, undefined, 2);
  writeFileSync(
    description,
    [
      '/** The description of the API in the form of OpenAPI 3.1. Written by build/openapi.ts: change the controllers instead. */',
      `export const OPENAPI: Readonly<Record<string, unknown>> = ${text};`,
      '',
    ].join('\n'),
  );
  const nodes = await openapiTS(described as never, { immutable: true });
  writeFileSync(
    types,
    `/** The types of the API. Written by build/openapi.ts: change the controllers instead. */\n${astToString(nodes)}`,
  );
}

async function describe(): Promise<Description> {
  new PluginMetadataGenerator().generate({
    visitors: [new ReadonlyVisitor({ introspectComments: true, pathToSource: join(ROOT, 'src') })],
    outputDir: DIST,
    filename: 'openapi-metadata.ts',
    tsconfigPath: 'tsconfig.build.json',
    printDiagnostics: false,
  });
  const { default: metadata } = (await import(pathToFileURL(METADATA).href)) as {
    default: () => Promise<Record<string, unknown>>;
  };
  const { createRegistryApp, loadSettings, createMemoryStorage } = await compiled();
  const storage = createMemoryStorage({ maxBytes: 1024 ** 2 });
  const app = await createRegistryApp(loadSettings({}), storage, false);
  try {
    await SwaggerModule.loadPluginMetadata(metadata);
    const config = new DocumentBuilder().setTitle('Berth').setOpenAPIVersion('3.1.0').build();
    const document = SwaggerModule.createDocument(app as never, config);
    return describedFully(document as unknown as Description);
  } finally {
    await app.close();
    rmSync(METADATA);
  }
}

async function compiled(): Promise<Compiled> {
  const load = async (file: string): Promise<object> =>
    (await import(pathToFileURL(join(DIST, file)).href)) as object;
  return Object.assign(
    {},
    await load('app/bootstrap.js'),
    await load('config/settings.js'),
    await load('storage/memory/memory-storage.js'),
  ) as Compiled;
}

await main(...process.argv.slice(2));
