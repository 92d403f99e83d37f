import { posix } from 'node:path';

/** The heading of the section that the character at `index` is in. */
function headingAbove(markdown: string, index: number): string {
  const headings = [...prose(markdown.slice(0, index)).matchAll(/^#+ +(.+?) *$/gm)];
  return headings.at(-1)?.[1] ?? '';
}

function withoutIndentation(text: string): string {
  return text.replace(/^[ \t]+/gm, '');
}

/** Markdown without its blocks of code. */
function prose(markdown: string): string {
  return markdown.replace(/^( *)(`{3,})[^`]*\n[^]*?^\1\2$/gm, '');
}

/** The cells of every row of a table. */
export function tableRows(markdown: string): string[][] {
  return prose(markdown)
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map((cells) => cells.slice(1, -1));
}

interface SettingRow {
  readonly fallback: string;
  readonly allowed: string;
}

/** Setting → what the rows of tables say of it: default and, in the third column, what is allowed. */
function settingRows(markdown: string): Record<string, SettingRow> {
  const rows = tableRows(markdown).flatMap(([name = '', fallback = '', allowed = '']) => {
    const variable = /`(REGISTRY_\w+)`/.exec(name)?.[1];
    return variable === undefined ? [] : [[variable, { fallback: unquoted(fallback), allowed }]];
  });
  return Object.fromEntries(rows) as Record<string, SettingRow>;
}

function unquoted(cell: string): string {
  return cell === '(empty)' ? '' : (/^`(.*)`$/.exec(cell)?.[1] ?? `${cell} without backticks`);
}

export function defaultsIn(markdown: string): Record<string, string> {
  const rows = Object.entries(settingRows(markdown));
  return Object.fromEntries(rows.map(([variable, { fallback }]) => [variable, fallback]));
}

/** The assignments of an `.env` file. */
export function assignments(text: string): Record<string, string> {
  const found = text.matchAll(/^(\w+)=(.*)$/gm);
  return Object.fromEntries([...found].map(([, name = '', value = '']) => [name, value]));
}

/** Every status that stands before a code, as `404 NAME_UNKNOWN`: in sentences and in tables of answers. */
export function statusesWithCode(markdown: string): string[] {
  const found = prose(markdown).matchAll(/\b([1-5]\d\d) `([A-Z_]+)`/g);
  return [...found].map(([, status = '', code = '']) => `${status} ${code}`);
}

/** The rows of tables that have a status in the first column and a code in the second. */
export function errorRows(markdown: string): string[] {
  return tableRows(markdown)
    .filter(([status = '', code = '']) => /^\d{3}$/.test(status) && /^`[A-Z_]+`$/.test(code))
    .map(([status = '', code = '']) => `${status} ${unquoted(code)}`);
}

/** What the links of a page lead to. */
function linkTargets(markdown: string): string[] {
  const text = prose(markdown).replace(/`[^`\n]+`/g, '');
  const found = [...text.matchAll(/\]\(([^()\s]+)\)/g), ...text.matchAll(/^\[[^\]]+\]: *(\S+)/gm)];
  return found.map(([, target = '']) => target);
}

/** The anchors that GitHub gives the headings of a page. */
export function anchors(markdown: string): Set<string> {
  const found = new Set<string>();
  for (const [, heading = ''] of prose(markdown).matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = words.replace(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-');
    let anchor = slug;
    for (let count = 1; found.has(anchor); count++) anchor = `${slug}-${count}`;
    found.add(anchor);
  }
  return found;
}

/** The text of a file of the repository; a directory's is empty. `undefined` when it is not there. */
export type ReadFile = (path: string) => string | undefined;

/** The links of the page at `path` that lead nowhere within the repository. */
export function brokenLinks(path: string, markdown: string, readFile: ReadFile): string[] {
  return linkTargets(markdown).filter((target) => {
    if (/^[a-z][a-z+.-]*:/i.test(target)) return false;
    const [file = '', anchor] = target.split('#');
    const page = file === '' ? path : posix.join(posix.dirname(path), file);
    const text = page === path ? markdown : page.startsWith('..') ? undefined : readFile(page);
    return text === undefined || (anchor !== undefined && !anchors(text).has(anchor));
  });
}

/** The paths in backticks that name a file of the repository: from its root, or from `src/` if they end in `.ts`. */
export function sourcePaths(markdown: string): string[] {
  const form = /`((?:src|test|docs|bench|examples)\/[\w./-]+|[\w-]+(?:\/[\w.-]+)+\.ts)`/g;
  return [...prose(markdown).matchAll(form)].map(([, path = '']) => path);
}

/** The folders in the first column of the tables of a page: "`oci/blobs/`, `oci/tags/`". */
export function folderRows(markdown: string): string[] {
  return tableRows(markdown).flatMap(([first = '']) =>
    [...first.matchAll(/`([\w/-]+\/)`/g)].map(([, folder = '']) => folder),
  );
}

/** The sections of those pages whose code is no example: it would be a change of this repository. */
const OF_THIS_REPOSITORY = ['Add an endpoint'];

/** The blocks of code of a page that stand in none of `texts`, however they are indented there. */
export function blocksElsewhere(markdown: string, texts: readonly string[]): string[] {
  const files = texts.map((text) => `\n${withoutIndentation(text)}`);
  const blocks = [...markdown.matchAll(/^( *)(`{3,})[^`\n]*\n([^]*?)^\1\2$/gm)].filter(
    ({ index }) => !OF_THIS_REPOSITORY.includes(headingAbove(markdown, index)),
  );
  return blocks
    .map(([, , , block = '']) => withoutIndentation(block).trim())
    .filter((block) => !files.some((file) => file.includes(`\n${block}`)));
}
