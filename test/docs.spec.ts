import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from '@jest/globals';

import { CONFIG_VARIABLE } from '../src/config/setting.js';
import { allSettings } from '../src/config/settings.js';
import { environmentExample, settingsTable } from '../src/config/settings-texts.js';
import { ERROR_TABLE, INTERNAL_ERROR } from '../src/http/oci/error-table.js';
import {
  anchors,
  assignments,
  blocksElsewhere,
  brokenLinks,
  defaultsIn,
  errorRows,
  folderRows,
  sourcePaths,
  statusesWithCode,
  tableRows,
  type ReadFile,
} from './support/markdown.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Every page for people, by its path within the repository. */
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/')),
];

const read: ReadFile = (path) => {
  if (!existsSync(join(ROOT, path))) return undefined;
  return path.endsWith('.md') || path.startsWith('.env')
    ? readFileSync(join(ROOT, path), 'utf8')
    : '';
};

const readPage = (path: string): string => read(path) ?? '';

/** Pages whose blocks of code are taken from the examples, which are run. */
const EXECUTED_PAGES = ['docs/testing.md', 'docs/extending.md'];

/** What the examples are written in. */
const EXAMPLE_FILES = /\.([cm]?[jt]s|json|ya?ml|sh)$/;

/** The text of every file of the examples. */
function exampleTexts(): string[] {
  const folder = join(ROOT, 'examples');
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && EXAMPLE_FILES.test(entry.name))
    .filter(({ parentPath }) => !parentPath.includes('node_modules'))
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'));
}

/** Pages that record how the code was at a time. */
const OF_THE_PAST = /^docs\/decisions\/|^CHANGELOG\.md$/;

/** Paths in docs/extending.md of files that a reader would create. */
const TO_BE_CREATED = [
  'src/metering/',
  'src/stats/stats.controller.ts',
  'src/stats/stats.module.ts',
  'test/contract/mine.spec.ts',
  'test/e2e/stats.spec.ts',
];

function isInRepository(path: string): boolean {
  return existsSync(join(ROOT, path)) || existsSync(join(ROOT, 'src', path));
}

/** Names a settings file, and is not a setting itself. */
const KNOWN = new Set([CONFIG_VARIABLE, ...allSettings().map(({ variable }) => variable)]);

/** Variables of other programs in the examples of a page: those of Docker Registry UI. */
const VARIABLES_OF_OTHERS: Readonly<Record<string, readonly string[]>> = {
  'docs/access.md': ['REGISTRY_URL'],
};

const DEFAULTS = Object.fromEntries(
  allSettings().map(({ variable, defaultText }) => [variable, defaultText]),
);

/** Every folder below src/ that holds files, as `docs/architecture.md` writes it. */
function sourceFolders(): string[] {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath }) => relative(join(ROOT, 'src'), parentPath).split(sep).join('/'));
  return [...new Set(files)].filter((folder) => folder !== '').map((folder) => `${folder}/`);
}

describe('the map of the folders', () => {
  it('has a row for every folder of src/, and no row for a folder that does not exist', () => {
    const documented = folderRows(readPage('docs/architecture.md'));

    expect(documented.sort()).toEqual(sourceFolders().sort());
  });
});

/** Port → the methods that every adapter must have, from the abstract classes of the ports. */
function portMethods(): [port: string, methods: string[]][] {
  const folder = join(ROOT, 'src/storage/ports');
  const sources = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  const classes = sources.join('').matchAll(/^export abstract class (\w+) \{$(.*?)^\}$/gms);
  return [...classes]
    .filter(([, port = '']) => !PARTS_OF_STORAGE.includes(port))
    .map(([, port = '', body = '']) => [port, methodsIn(body)]);
}

/** The whole of a storage, and a part of one of its ports. The table of the ports has neither. */
const PARTS_OF_STORAGE = ['Storage', 'EventCursors'];

function methodsIn(body: string): string[] {
  const found = body.matchAll(/^ {2}abstract (?:readonly )?(\w+)[(:]/gm);
  return [...found].map(([, method = '']) => method);
}

describe('the ports', () => {
  it.each(portMethods())('%s has a row in docs/extending.md with its methods', (port, methods) => {
    const rows = tableRows(readPage('docs/extending.md'));
    const [, documented = ''] = rows.find(([name]) => name === `\`${port}\``) ?? [];

    expect(documented.match(/\w+/g)?.sort()).toEqual([...methods].sort());
  });
});

describe('the settings', () => {
  it('fill .env.example, as `npm run docs:settings` writes it', () => {
    expect(readPage('.env.example')).toBe(environmentExample());
    expect(assignments(readPage('.env.example'))).toEqual(DEFAULTS);
  });

  it('fill the table of docs/configuration.md, as `npm run docs:settings` writes it', () => {
    const [, , ...rows] = tableRows(settingsTable().join('\n'));
    const page = tableRows(readPage('docs/configuration.md'));

    expect(page.filter(([name = '']) => name.includes('`REGISTRY_'))).toEqual(rows);
  });

  it('have a section each', () => {
    const sections = anchors(readPage('docs/configuration.md'));
    const missing = Object.keys(DEFAULTS).filter((name) => !sections.has(name.toLowerCase()));
    expect(missing).toEqual([]);
  });

  it('have the same defaults in the README', () => {
    const told = defaultsIn(readPage('README.md'));
    expect(Object.keys(told)).toContain('REGISTRY_PORT');
    expect(DEFAULTS).toMatchObject(told);
  });

  it.each(PAGES)('are all that %s names', (page) => {
    const named = [...readPage(page).matchAll(/\bREGISTRY_[A-Z][A-Z0-9_]*/g)].map(([name]) => name);
    const others = VARIABLES_OF_OTHERS[page] ?? [];
    expect(named.filter((name) => !KNOWN.has(name) && !others.includes(name))).toEqual([]);
  });
});

describe('the errors', () => {
  const errors = [...Object.values(ERROR_TABLE), INTERNAL_ERROR].map(
    ({ status, code }) => `${status} ${code}`,
  );

  it('stand in the table of docs/distribution.md, and no others', () => {
    expect(new Set(errorRows(readPage('docs/distribution.md')))).toEqual(new Set(errors));
  });

  it.each(PAGES)('are all that %s names', (page) => {
    const named = statusesWithCode(readPage(page));
    expect(named.filter((error) => !errors.includes(error))).toEqual([]);
  });
});

describe('the links', () => {
  it('are of every page', () => {
    expect(PAGES).toContain('docs/distribution.md');
    expect(PAGES).toContain('docs/decisions/README.md');
  });

  it.each(PAGES)('of %s lead to what is there', (page) => {
    expect(brokenLinks(page, readPage(page), read)).toEqual([]);
  });
});

describe('the paths in backticks', () => {
  it.each(PAGES.filter((page) => !OF_THE_PAST.test(page)))('of %s exist', (page) => {
    const paths = sourcePaths(readPage(page)).filter((path) => !TO_BE_CREATED.includes(path));

    expect(paths.filter((path) => !isInRepository(path))).toEqual([]);
  });
});

describe('the code', () => {
  it.each(EXECUTED_PAGES)('in %s is that of the examples', (page) => {
    expect(blocksElsewhere(readPage(page), exampleTexts())).toEqual([]);
  });
});

describe('the check of the pages', () => {
  const files: Readonly<Record<string, string>> = {
    'docs/b.md': '# The `b` of A_Z, 2!\n## Twice\n## Twice\n```sh\n# no heading\n```\n',
    LICENSE: '',
  };
  const broken = (markdown: string) =>
    brokenLinks('docs/a.md', `# Own\n${markdown}`, (path) => files[path]);

  it.each([
    '[x](b.md) [x](./b.md) [x](../docs/b.md) [x](../LICENSE) [x](#own)',
    '[`b`](b.md#the-b-of-a_z-2) [x](b.md#twice) [x](b.md#twice-1)',
    '[x](https://example.com/#nowhere) [x](mailto:a@example.com)',
    '`[x](nowhere.md)`',
    '```\n[x](nowhere.md)\n```',
  ])('lets stand %s', (markdown) => {
    expect(broken(markdown)).toEqual([]);
  });

  it.each([
    ['[x](nowhere.md)', 'nowhere.md'],
    ['[`x`](docs/b.md)', 'docs/b.md'],
    ['[x](../../b.md)', '../../b.md'],
    ['[x](#other)', '#other'],
    ['[x](b.md#no-heading)', 'b.md#no-heading'],
    ['[x](b.md#twice-2)', 'b.md#twice-2'],
    ['[x](../LICENSE#own)', '../LICENSE#own'],
    ['| [x](nowhere.md) | `[x](b.md)` |', 'nowhere.md'],
    ['[x]: nowhere.md', 'nowhere.md'],
  ])('catches %s', (markdown, target) => {
    expect(broken(markdown)).toEqual([target]);
  });

  it('finds the code that is in no example, and no other', () => {
    const texts = ["test('a', () => {\n  const a = 1;\n\n  use(a);\n});\n"];
    const page = (code: string) => `# Title\n\n- Item:\n\n  \`\`\`ts\n  ${code}\n  \`\`\`\n`;

    expect(blocksElsewhere(page('const a = 1;\n\n  use(a);'), texts)).toEqual([]);
    expect(blocksElsewhere(page('a = 1;'), texts)).toEqual(['a = 1;']);
    expect(blocksElsewhere(page('const a = 2;'), texts)).toEqual(['const a = 2;']);
    expect(blocksElsewhere(`${page('use(a);')}${page('use(b);')}`, texts)).toEqual(['use(b);']);
    expect(blocksElsewhere('```\n# Add an endpoint\nuse(b);\n```\n', texts)).toHaveLength(1);
    expect(blocksElsewhere('## Add an endpoint\n```ts\nuse(b);\n```\n', texts)).toEqual([]);
  });

  it('reads what tables say of settings', () => {
    const table = '| [`REGISTRY_A`](#a) | `x` | b |\n| `REGISTRY_B` | (empty) | |\n| other | `y` |';
    expect(defaultsIn(table)).toEqual({ REGISTRY_A: 'x', REGISTRY_B: '' });
    expect(defaultsIn('| `REGISTRY_A` | x |')).toEqual({ REGISTRY_A: 'x without backticks' });
  });

  it('reads the paths of files and folders, and not those of requests or blocks of code', () => {
    const page =
      '`src/a/b.ts`, `http/c.ts`, `test/e2e/`, `layout.ts`, `/v2/d.ts`\n```\n`src/e.ts`\n```\n';

    expect(sourcePaths(page)).toEqual(['src/a/b.ts', 'http/c.ts', 'test/e2e/']);
    expect(isInRepository('http/oci/send.ts')).toBe(true);
    expect(isInRepository('src/upkeep/gc/collector.ts')).toBe(false);
  });

  it('reads assignments, not comments', () => {
    expect(assignments('# A=1\nB=2\nC=\n')).toEqual({ B: '2', C: '' });
  });

  it('reads errors from tables and sentences', () => {
    const text = '| 404 | `NAME_UNKNOWN` | … |\nElse 400 `NAME_INVALID`; 200, `latest`.';
    expect(errorRows(text)).toEqual(['404 NAME_UNKNOWN']);
    expect(statusesWithCode(text)).toEqual(['400 NAME_INVALID']);
  });
});
