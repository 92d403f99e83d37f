import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';

import { PROJECT_ROOT } from '../../support/server-process.ts';
import { type Check } from './checks.ts';
import { run } from './command.ts';

const NPM_WITHIN_MS = 180_000;
const LINT_WITHIN_MS = 60_000;

/** The limits of a production install. docs/decisions/0016-libraries.md has the figures. */
const MAX_INSTALL_MIB = 32;
const MAX_PACKAGES = 110;

const TYPES_OF_ES_MODULES = ['cjs-resolves-to-esm', 'false-esm'];

/** The files that belong into the package: the bundles, the declarations, and texts for people. */
const BELONGS = [
  /^dist\/main\.js$/,
  /^dist\/(server|exports|domain)\/[^/]*(?<!\.spec)\.js$/,
  /^dist\/exports\/testing\.cjs$/,
  /^dist\/(?!cli\/|doctor\/).+(?<!\.spec)\.d\.ts$/,
  // The page that shows the description of the API.
  /^dist\/page\/openapi-explorer\.js$/,
  // The console, with its files as they are and compressed.
  /^dist\/console\/index\.html$/,
  /^dist\/console\/assets\/[^/]+\.(js|css|svg)(\.(br|gz))?$/,
  // The licences of the packages in the bundles.
  /^dist\/(server|exports|page|console)\/NOTICES$/,
  /^docs\/(README|[a-z-]+)\.md$/,
  /^(LICENSE|README\.md|CHANGELOG\.md|package\.json)$/,
];

/** Returns the files of `paths` that do not belong into the package. */
export function strangers(paths: readonly string[]): string[] {
  return paths.filter((path) => !BELONGS.some((pattern) => pattern.test(path)));
}

/** Returns the packages that a module names in its imports, without Node's own. */
export function importedPackages(text: string): string[] {
  const names = [...text.matchAll(/(?:\bfrom|\bimport|\brequire\()\s*\(?["']([^"'.][^"']*)["']/g)];
  const packages = names.map(([, name = '']) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
  return [...new Set(packages)].filter((name) => !isBuiltin(name));
}

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

/** A packed project: the tarball and the facts that npm reports about it. */
export interface Package {
  readonly tarball: string;
  readonly packed: Packed;
}

/** Packs the project, which is built, to `berth-registry.tgz` in `work`. */
export async function pack(work: string): Promise<Package> {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', work];
  const told = await run({ program: 'npm', args, cwd: PROJECT_ROOT, timeoutMs: NPM_WITHIN_MS });
  const [packed] = JSON.parse(told) as [Packed];
  const tarball = join(work, 'berth-registry.tgz');
  await rename(join(work, packed.filename), tarball);
  return { tarball, packed };
}

/** Installs the package and `more` into the folder `into`, as a user of the package does. */
export async function install(
  tarball: string,
  into: string,
  more: readonly string[] = [],
): Promise<void> {
  await mkdir(into, { recursive: true });
  await writeFile(join(into, 'package.json'), '{ "private": true }\n');
  const args = ['install', '--no-fund', '--no-audit', '--prefer-offline', tarball, ...more];
  await run({ program: 'npm', args, cwd: into, timeoutMs: NPM_WITHIN_MS });
}

/** Checks the package before it is installed. */
export function packageChecks({ tarball, packed }: Package, work: string): Check[] {
  const lint = (tool: string, ...args: string[]): Promise<string> =>
    run({
      program: join(PROJECT_ROOT, 'node_modules/.bin', tool),
      args,
      cwd: work,
      timeoutMs: LINT_WITHIN_MS,
    });
  return [
    {
      name: 'the package has exactly the files that belong to it',
      run: async () => {
        const foreign = strangers(packed.files.map(({ path }) => path));
        if (foreign.length > 0) throw new Error(foreign.join('\n'));
        return `${packed.files.length} files, ${kib(packed.size)} KiB packed, ${kib(packed.unpackedSize)} KiB unpacked`;
      },
    },
    {
      name: 'its declarations import no package that is not installed',
      run: () => checkDeclarations(packed),
    },
    {
      name: 'publint finds nothing',
      run: () => lint('publint', 'run', tarball, '--strict').then(() => ''),
    },
    {
      // Older module resolution ignores `exports`. Since Node 22.12 and TypeScript 5.8, CommonJS
      // may require ES modules. `testing.cjs`, which jest requires, has the types of the ES module.
      name: 'are-the-types-wrong finds nothing',
      run: () =>
        lint('attw', tarball, '--profile', 'node16', '--ignore-rules', ...TYPES_OF_ES_MODULES).then(
          () => '',
        ),
    },
    {
      name: 'an install for production is small',
      run: async () => {
        const folder = join(work, 'production');
        await install(tarball, folder);
        return judge(await measure(join(folder, 'node_modules')));
      },
    },
    {
      name: 'its types for tests compile under strict, without skipLibCheck',
      run: () => compileStrictly(join(work, 'production')),
    },
  ];
}

const TYPED_TEST = `import { createTestRegistry, image, type ImageFiles } from 'berth-registry/testing';
import { storageContract } from 'berth-registry/storage-contract';
export const registry = await createTestRegistry({ users: { alice: 'secret' }, tls: true });
const { digest }: { digest: string } = await registry.push('team/app:1.0', image());
export const files: ImageFiles = await registry.files('team/app:1.0', { platform: 'linux/amd64' });
export const motd: string | Buffer | { readonly linkTo: string } | undefined = files['etc/motd'];
export const lists: string[][] = [await registry.tags('team/app'), await registry.repositories()];
export const ca: string | undefined = registry.ca;
await registry.delete(\`team/app@\${digest}\`);
export { storageContract };
`;

/** Compiles a test in the folder of an install, whose only further types are those of Node. */
async function compileStrictly(folder: string): Promise<string> {
  const types = join(PROJECT_ROOT, 'node_modules/@types');
  const options = {
    strict: true,
    noEmit: true,
    module: 'nodenext',
    target: 'es2022',
    types: ['node'],
  };
  const compilerOptions = { ...options, skipLibCheck: false, typeRoots: [types] };
  await writeFile(join(folder, 'test.mts'), TYPED_TEST);
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['test.mts'] }),
  );
  const program = join(PROJECT_ROOT, 'node_modules/.bin/tsc');
  return run({ program, args: ['-p', folder], cwd: folder, timeoutMs: LINT_WITHIN_MS });
}

async function checkDeclarations({ files }: Packed): Promise<string> {
  const manifest = await readFile(join(PROJECT_ROOT, 'package.json'), 'utf8');
  const { dependencies } = JSON.parse(manifest) as { dependencies: Record<string, string> };
  const declarations = files.map(({ path }) => path).filter((path) => path.endsWith('.d.ts'));
  const missing = await Promise.all(
    declarations.map(async (path) => {
      const names = importedPackages(await readFile(join(PROJECT_ROOT, path), 'utf8'));
      return names.filter((name) => !(name in dependencies)).map((name) => `${path}: ${name}`);
    }),
  );
  if (missing.flat().length > 0) throw new Error(missing.flat().join('\n'));
  return `${declarations.length} declarations`;
}

function kib(bytes: number): string {
  return (bytes / 1024).toFixed(0);
}

/** The size of an install. */
export interface Size {
  readonly packages: number;
  readonly files: number;
  readonly mib: number;
}

/** Returns the size of everything that an install has put into `folder`. */
export async function measure(folder: string): Promise<Size> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    paths.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const lock = await readFile(join(folder, '.package-lock.json'), 'utf8');
  const { packages } = JSON.parse(lock) as { packages: Record<string, unknown> };
  return {
    packages: Object.keys(packages).length,
    files: paths.length,
    mib: bytes / 1024 ** 2,
  };
}

function judge({ packages, files, mib }: Size): string {
  const told = `${mib.toFixed(1)} MiB in ${packages} packages, ${files} files`;
  if (mib <= MAX_INSTALL_MIB && packages <= MAX_PACKAGES) return told;
  throw new Error(`${told}: the limits are ${MAX_INSTALL_MIB} MiB and ${MAX_PACKAGES} packages`);
}
