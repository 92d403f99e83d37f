import 'reflect-metadata';

import { ValidateBy, validateSync } from 'class-validator';

import { type Kind } from './kinds.js';

/** One setting as its section declares it. */
export interface SettingRow {
  readonly property: string;
  readonly variable: string;
  /** The default as a person would write it. */
  readonly defaultText: string;
  readonly summary: string;
  readonly kind: Kind<unknown>;
  /** Whether the value is masked when settings are shown. */
  readonly secret: boolean;
}

/** The texts of settings by variable. */
export type Texts = Readonly<Record<string, string | undefined>>;

export type SectionClass<S extends object> = new () => S;

/** The variable that names the settings file. It cannot be set in that file. */
export const CONFIG_VARIABLE = 'REGISTRY_CONFIG';

/** A setting as a person set it, and where. */
export interface GivenText {
  readonly text: string;
  readonly origin: 'environment' | 'file' | 'program' | 'default';
}

/** What each section was read from. */
const given = new WeakMap<object, ReadonlyMap<string, GivenText>>();

/** Returns the text of each variable of a section that `readSection` returned. */
export function givenTexts(section: object): ReadonlyMap<string, GivenText> {
  return given.get(section) ?? new Map<string, GivenText>();
}

const ROWS = Symbol('settings of a section');

/** Returns the settings of a section in the order of their declaration. */
export function rowsOf(Section: SectionClass<object>): readonly SettingRow[] {
  return (Reflect.getMetadata(ROWS, Section) as readonly SettingRow[] | undefined) ?? [];
}

/** Declares a setting: its variable, default, allowed values and meaning. */
export function Setting<T>(
  variable: string,
  defaultText: string,
  kind: Kind<T>,
  summary: string,
  options: { readonly secret?: true } = {},
): PropertyDecorator {
  const isAllowed = ValidateBy({
    name: variable,
    validator: {
      validate: (value) => value !== undefined,
      defaultMessage: () => `allowed: ${kind.allowed}`,
    },
  });
  return (target, property) => {
    isAllowed(target, property);
    const Section = target.constructor as SectionClass<object>;
    const row = {
      property: String(property),
      variable,
      defaultText,
      summary,
      kind,
      secret: options.secret ?? false,
    };
    Reflect.defineMetadata(ROWS, [...rowsOf(Section), row], Section);
  };
}

/** A value that a program gives for a setting, and the name of the option. A string is parsed like a text. */
export interface NamedValue {
  readonly name: string;
  readonly value: unknown;
}

/** The values of settings by variable. */
export type NamedValues = Readonly<Record<string, NamedValue>>;

/** A section, and one line for each invalid variable. */
export interface ReadSection<S> {
  readonly section: S;
  readonly problems: readonly string[];
}

/** The texts of a settings file, and the place of each as `path:line:column`. */
export interface SettingsFile {
  readonly texts: Texts;
  readonly places: Texts;
}

const NO_FILE: SettingsFile = { texts: {}, places: {} };

/** The sources of settings: values win over texts, and texts over the file. */
export interface SettingSources {
  readonly texts: Texts;
  readonly file?: SettingsFile | undefined;
  readonly values?: NamedValues | undefined;
}

/** Reads one section and freezes it. An empty text is treated as not set. */
export function readSection<S extends object>(
  Section: SectionClass<S>,
  sources: SettingSources,
): ReadSection<S> {
  const section = new Section();
  const rows = rowsOf(Section);
  for (const row of rows) Object.assign(section, { [row.property]: read(row, sources) });
  const problems = validateSync(section, { forbidUnknownValues: true }).map(
    ({ property, constraints = {} }) => {
      const row = rows.find((candidate) => candidate.property === property);
      const notAllowed = row && constraints[row.variable];
      // The message of a rule over several settings is complete by itself.
      return row === undefined || notAllowed === undefined
        ? Object.values(constraints).join('; ')
        : `${describe(row, sources)}; ${notAllowed}`;
    },
  );
  given.set(section, new Map(rows.map((row) => [row.variable, givenText(row, sources)])));
  return { section: Object.freeze(section), problems };
}

function givenText({ variable, defaultText }: SettingRow, sources: SettingSources): GivenText {
  const value = sources.values?.[variable]?.value;
  if (value !== undefined) {
    return { text: typeof value === 'string' ? value : JSON.stringify(value), origin: 'program' };
  }
  const text = textOf(variable, sources);
  if (text === '') return { text: defaultText, origin: 'default' };
  const own = withoutServiceLink(sources.texts[variable]) !== '';
  return { text, origin: own ? 'environment' : 'file' };
}

/** Returns the value of a setting, or `undefined` if it is invalid. */
function read({ variable, kind, defaultText }: SettingRow, sources: SettingSources): unknown {
  const value = sources.values?.[variable]?.value;
  if (value === undefined) return kind.parse(textOf(variable, sources) || defaultText);
  if (typeof value === 'string') return kind.parse(value || defaultText);
  return kind.isValue?.(value) === true ? value : undefined;
}

/** Describes the given value and where it was set. */
function describe({ variable }: SettingRow, sources: SettingSources): string {
  const { texts, file = NO_FILE, values } = sources;
  const given = values?.[variable];
  if (given !== undefined) return `${given.name} is ${JSON.stringify(given.value)}`;
  const place = withoutServiceLink(texts[variable]) === '' ? file.places[variable] : undefined;
  const begin = place === undefined ? '' : `${place}: `;
  return `${begin}${variable} is ${JSON.stringify(textOf(variable, sources))}`;
}

function textOf(variable: string, { texts, file = NO_FILE }: SettingSources): string {
  return withoutServiceLink(texts[variable]) || (file.texts[variable] ?? '');
}

/** Kubernetes and Docker links set REGISTRY_PORT to a service's address, which is not meant as this setting. */
function withoutServiceLink(given = ''): string {
  return given.startsWith('tcp://') ? '' : given;
}
