import { SECTIONS } from './settings.js';
import { rowsOf, type SectionClass, type SettingRow } from './setting.js';

const WIDTH = 118;

/** Fits every terminal. */
const HELP_WIDTH = 80;

type Sections = readonly SectionClass<object>[];

const ALL: Sections = Object.values(SECTIONS);

/** Returns the text of `.env.example`: every setting with its default, below its meaning. */
export function environmentExample(all: Sections = ALL): string {
  const sections = all.map((Section) =>
    rowsOf(Section)
      .map(
        ({ variable, defaultText, summary }) => `${comment(summary)}\n${variable}=${defaultText}\n`,
      )
      .join(''),
  );
  const head =
    '# Every setting of Berth with its default. Copy to .env, or set them as environment variables (those win).\n' +
    '# Sizes take KiB, MiB, GiB, TiB; durations take ms, s, m, h, d.\n';
  return [head, ...sections].join('\n');
}

/** Returns the lines of `berth help settings`: each setting with its default, meaning and allowed values. */
export function settingsHelp(all: Sections = ALL): string[] {
  return all
    .flatMap((Section) => rowsOf(Section))
    .flatMap(({ variable, defaultText, kind, summary }) => [
      `  ${variable}=${defaultText}`,
      ...[summary, `Allowed: ${kind.allowed}`]
        .flatMap((text) => wrapped(text, HELP_WIDTH - 6))
        .map((line) => `      ${line}`),
    ]);
}

/** Returns the table of `docs/configuration.md`, formatted as prettier does except for the padding of cells. */
export function settingsTable(all: Sections = ALL): string[] {
  const cells = (...texts: string[]): string => `| ${texts.join(' | ')} |`;
  const row = ({ variable, defaultText, kind, summary }: SettingRow): string =>
    cells(
      `[\`${variable}\`](#${variable.toLowerCase()})`,
      defaultText === '' ? '(empty)' : `\`${defaultText}\``,
      kind.allowed,
      summary,
    );
  return [
    '| setting | default | allowed | what it does |',
    '| --- | --- | --- | --- |',
    ...all.flatMap((Section) => rowsOf(Section).map(row)),
  ];
}

function comment(summary: string): string {
  return wrapped(summary, WIDTH - 2)
    .map((line) => `# ${line}`)
    .join('\n');
}

function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
