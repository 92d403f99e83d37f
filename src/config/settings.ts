import { AuthSettings } from './sections/auth.settings.js';
import { ContentSettings } from './sections/content.settings.js';
import { EventsSettings } from './sections/events.settings.js';
import { GcSettings } from './sections/gc.settings.js';
import { LogSettings } from './sections/log.settings.js';
import { MirrorSettings } from './sections/mirror.settings.js';
import { MetricsSettings } from './sections/metrics.settings.js';
import { ServerSettings } from './sections/server.settings.js';
import { StorageSettings } from './sections/storage.settings.js';
import { TlsSettings } from './sections/tls.settings.js';
import {
  CONFIG_VARIABLE,
  readSection,
  rowsOf,
  type NamedValues,
  type SettingRow,
  type SettingsFile,
  type Texts,
} from './setting.js';

/** The sections by their names, in the order of `berth help settings`, `.env.example` and docs/configuration.md. */
export const SECTIONS = {
  server: ServerSettings,
  tls: TlsSettings,
  storage: StorageSettings,
  content: ContentSettings,
  gc: GcSettings,
  auth: AuthSettings,
  log: LogSettings,
  metrics: MetricsSettings,
  events: EventsSettings,
  mirror: MirrorSettings,
} as const;

export type SectionName = keyof typeof SECTIONS;

/** All settings of one registry, checked once and frozen. Sizes are in bytes, times in milliseconds. */
export type Settings = {
  readonly [Name in SectionName]: InstanceType<(typeof SECTIONS)[Name]>;
};

/** One or more settings are invalid. The message has one line for each problem. */
export class InvalidSettings extends Error {
  override readonly name = 'InvalidSettings';

  constructor(readonly lines: readonly string[]) {
    super(lines.join('\n'));
  }
}

/** Returns every setting of every section. */
export function allSettings(): readonly SettingRow[] {
  return Object.values(SECTIONS).flatMap((Section) => rowsOf(Section));
}

/**
 * Reads the settings from environment variables, a settings file and a program's values. Values win over variables, and variables
 * that are not empty win over the file.
 *
 * @throws InvalidSettings that names every problem of every section
 */
export function loadSettings(texts: Texts, file?: SettingsFile, values?: NamedValues): Settings {
  const read = Object.entries(SECTIONS).map(
    ([name, Section]) => [name, readSection<object>(Section, { texts, file, values })] as const,
  );
  const problems = read.flatMap(([, { problems }]) => problems);
  if (problems.length > 0) throw new InvalidSettings([...new Set(problems)]);
  const sections = read.map(([name, { section }]) => [name, section]);
  return Object.freeze(Object.fromEntries(sections)) as Settings;
}

/** Returns the variables that look like settings but are not, so that misspelt names are reported. */
export function unknownVariables(texts: Texts): string[] {
  const known = new Set([CONFIG_VARIABLE, ...allSettings().map(({ variable }) => variable)]);
  return Object.keys(texts).filter(
    (name) => name.startsWith('REGISTRY_') && !known.has(name) && !SERVICE_LINK.test(name),
  );
}

/** Variables that Kubernetes and Docker links set in every container beside a service called "registry". */
const SERVICE_LINK = /^REGISTRY_(?:SERVICE_|NAME$|PORT_\d|ENV_)/;
