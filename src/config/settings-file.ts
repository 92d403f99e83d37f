import { YamlSource, type YamlValue } from '../files/yaml-source.js';
import { rowsOf, type SettingRow, type SettingsFile } from './setting.js';
import { SECTIONS } from './settings.js';

/** Returns the key of a setting in the file: the property name without its unit. */
export const keyOf = ({ property }: SettingRow): string => property.replace(/(?:Ms|Bytes)$/, '');

/**
 * Reads a settings file: a map of the sections, each a map of its settings, all of them optional.
 *
 * @throws InvalidFile that names every mistake by line and column
 */
export function readSettingsFile(text: string, path: string): SettingsFile {
  const source = new YamlSource(text, path);
  const texts: Record<string, string> = {};
  const places: Record<string, string> = {};
  const sections = source.isEmpty(source.root)
    ? new Map<string, YamlValue>()
    : source.record(source.root, 'the file', [], Object.keys(SECTIONS));
  for (const [name, Section] of Object.entries(SECTIONS)) {
    const value = sections.get(name);
    // People comment out what they do not need.
    if (value === undefined || source.isEmpty(value)) continue;
    const rows = rowsOf(Section);
    const entries = source.record(value, name, [], rows.map(keyOf));
    for (const row of rows) {
      const entry = entries.get(keyOf(row));
      const given = entry && source.scalar(entry, `${name}.${keyOf(row)}`);
      if (entry === undefined || given === undefined) continue;
      texts[row.variable] = given;
      places[row.variable] = source.placeOf(entry);
    }
  }
  source.finish();
  return { texts, places };
}

/** Returns a settings file with every setting commented out at its default, below its meaning. */
export function exampleSettingsFile(): string {
  const sections = Object.entries(SECTIONS).map(([name, Section]) => {
    const rows = rowsOf(Section).map(
      (row) => `  # ${row.summary}\n  ${keyOf(row)}: ${quoted(row.defaultText)}\n`,
    );
    return `${name}:\n${rows.join('')}`;
  });
  return `# The settings of Berth. Environment variables win over this file.\n\n${sections.join('\n')}`;
}

/** YAML reads a plain word, number or unit as written; anything else needs quotes. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : JSON.stringify(text);
}
