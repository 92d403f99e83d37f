import { OPENAPI } from '../src/api/description/openapi.ts';
import { BIG, type StoredTag } from './api-store.ts';
import { sixDigits } from './growth-store.ts';

/** One line of the table: a request of the API, with other values in each round. */
export interface Row {
  readonly title: string;
  readonly method: 'GET' | 'POST';
  readonly target: (round: number) => string;
  /** Whether each request asks for the page after the one before. */
  readonly paged: boolean;
  /** Whether the answer is one record or one page, whose time is limited. */
  readonly limited: boolean;
  /** How many are sent, if not as many as usual. */
  readonly requests?: number;
}

export interface Routes {
  readonly rows: readonly Row[];
  /** Routes of the description with a parameter that nothing here has a value for, or without an end. */
  readonly unmeasured: readonly string[];
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required?: boolean;
  readonly schema: { readonly default?: unknown };
}

interface Operation {
  readonly parameters?: readonly Parameter[];
}

type Paths = Readonly<Record<string, { readonly get?: Operation }>>;

/** These look through the whole store, or read the layers of images. */
const UNLIMITED = [
  '/api/v1/gc/plan',
  '/api/v1/repositories/{name}/compare/files',
  '/api/v1/storage/why/{digest}',
];

/** How many repositories are counted for the first time. */
export const FRESH = 10;

/** These never end. */
const ENDLESS = ['/api/v1/events/stream'];

/** Further requests of a route: queries, or `pages` for a walk through them. */
const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  '/api/v1/repositories': ['pages', 'q=5', 'sort=-size', 'sort=pushedAt&limit=1000'],
  '/api/v1/repositories/{name}/tags': [
    'pages',
    'sort=-name',
    'sort=-pushedAt',
    'sort=-pushedAt&pages',
    'sort=-size',
    'sort=-size&pages',
    'q=99',
    'limit=1000',
  ],
  '/api/v1/repositories/{name}/untagged': ['limit=1000'],
  '/api/v1/storage/largest': ['limit=100'],
};

/** Returns a request for each GET of the description. */
export function apiRoutes(tags: readonly StoredTag[], repositories: number): Routes {
  const values = valuesOf(tags, repositories);
  const [rows, unmeasured]: [Row[], string[]] = [[], []];
  for (const [path, { get }] of Object.entries(OPENAPI['paths'] as Paths)) {
    if (get === undefined) continue;
    const needed = (get.parameters ?? []).filter(
      ({ required, schema }) => required === true && schema.default === undefined,
    );
    const isKnown = needed.every(({ name }) => values[name] !== undefined);
    if (!isKnown || ENDLESS.includes(path)) unmeasured.push(path);
    else
      rows.push(
        ...['', ...(VARIANTS[path] ?? [])].map((variant) => row(path, needed, variant, values)),
      );
  }
  const doctor = { title: 'POST /doctor', target: () => '/api/v1/doctor', paged: false };
  rows.push({ ...doctor, method: 'POST', limited: false });
  return { rows, unmeasured };
}

type Values = Readonly<Record<string, ((round: number, path: string) => string) | undefined>>;

/** Returns a value for each parameter by its name, the default where there is one. Most requests are about the big repository. */
function valuesOf(tags: readonly StoredTag[], repositories: number): Values {
  // The step visits tags far from each other, and indexes as often as images.
  const tagOf = (round: number): StoredTag => {
    const found = tags[(round * 1_231) % tags.length];
    if (found === undefined) throw new Error('the store has no tags');
    return found;
  };
  return {
    name: (round, path) =>
      path.endsWith('{name}') ? `many/r${sixDigits(round % repositories)}` : BIG,
    repository: () => BIG,
    sort: () => 'name',
    limit: () => '50',
    tag: (round) => tagOf(round).tag,
    digest: (round, path) => (path.includes('/why/') ? tagOf(round).config : tagOf(round).digest),
    a: (round) => tagOf(round).image,
    b: (round) => tagOf(round + 1).image,
  };
}

function row(path: string, needed: readonly Parameter[], variant: string, values: Values): Row {
  const paged = variant.endsWith('pages');
  const query = variant.replace(/&?pages$/, '');
  const target = (round: number): string => {
    const valueOf = (name: string) => encodeURIComponent(values[name]?.(round, path) ?? '');
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => valueOf(name));
    const required = needed
      .filter((one) => one.in === 'query' && !query.includes(`${one.name}=`))
      .map(({ name }) => `${name}=${valueOf(name)}`);
    return `${filled}?${[...required, query].filter((part) => part !== '').join('&')}`;
  };
  const title = path.replace('/api/v1', '') + (variant === '' ? '' : `?${variant}`);
  return { title, method: 'GET', target, paged, limited: !UNLIMITED.includes(path) };
}

/**
 * Returns the requests of repositories that the server has not counted.
 *
 * @param reveal makes another such repository visible and returns its name
 */
export function freshRow(reveal: (round: number) => string): Row {
  return {
    title: '/repositories/{name}, never counted',
    method: 'GET',
    target: (round) => `/api/v1/repositories/${encodeURIComponent(reveal(round))}`,
    paged: false,
    limited: true,
    requests: FRESH - 1,
  };
}
