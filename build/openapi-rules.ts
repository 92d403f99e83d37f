/** Completes what @nestjs/swagger knows of the controllers: only the API, its path parameters, errors and logins, as OpenAPI 3.1. */

/** An OpenAPI description, or a part of one. */
export type Description = Record<string, unknown>;

/** Paths of image clients, which the specification describes, and of monitoring. */
const OF_THE_API = /^\/api\/v1\//;

/** As the specification defines it. The name of a repository in a path has its slashes as `%2F`. */
const REPOSITORY_NAME =
  '^[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*$';

/** The parameters in paths, by their names. */
const PATH_PARAMETERS: Readonly<Record<string, Description>> = {
  name: {
    description: 'The name of a repository, with `/` as `%2F`.',
    schema: { type: 'string', maxLength: 255, pattern: REPOSITORY_NAME },
  },
  tag: {
    description: 'A tag.',
    schema: { type: 'string', pattern: '^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$' },
  },
  digest: {
    description: 'The digest of a manifest or a blob.',
    schema: { type: 'string', pattern: '^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$' },
  },
  reference: {
    description: 'A tag, or the digest of a manifest.',
    schema: { type: 'string', maxLength: 136 },
  },
  id: { description: 'An id, as the list shows it.', schema: { type: 'string', maxLength: 100 } },
  mirror: {
    description: 'The name of a mirror.',
    schema: { type: 'string', maxLength: 255 },
  },
  endpoint: {
    description: 'The name of a webhook.',
    schema: { type: 'string', maxLength: 100 },
  },
};

/** The groups of operations, in the order in which people read them. */
const TAGS: readonly (readonly [name: string, description: string])[] = [
  ['Repositories', 'Search, look and delete.'],
  ['Tags', 'Tags with their images, their history, and changes that are conditional.'],
  ['Manifests', 'What a manifest is, what refers to it, and how two images differ.'],
  ['Images', 'All that is known of an image, and what its removal would free.'],
  ['Content', 'The bytes of manifests, configs and files.'],
  ['Storage', 'How many bytes what takes, and why it stays.'],
  ['Gc', 'The collector.'],
  ['Events', 'What happened, and what happens now.'],
  ['Webhooks', 'Receivers of events, and what was delivered to them.'],
  ['Mirrors', 'Other registries whose content clients get here.'],
  ['Uploads', 'Uploads in progress.'],
  ['Access', 'Who may do what, and by which rule.'],
  ['Robots', 'Credentials for programs.'],
  ['Session', 'The login of a page.'],
  ['Registry', 'The registry as a whole.'],
];

const PROBLEM: Description = {
  type: 'object',
  description: 'Why a request failed, in the form of RFC 9457.',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string', description: 'The status in words.' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What is wrong.' },
    code: { type: 'string', description: 'The kind of failure, for programs.' },
    about: { description: 'What helps a program or a person.' },
  },
};

/** Returns the complete description. @throws Error if an operation lacks a summary, or a path parameter an explanation */
export function describedFully({ paths, components }: Description): Description {
  const described = Object.entries(paths as Record<string, Description>)
    .filter(([path]) => OF_THE_API.test(path))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, operations]) => [path, operationsOf(path, operations)] as const);
  const { schemas } = components as { schemas: Description };
  return asVersion31(
    withShortNames({
      openapi: '3.1.0',
      info: {
        title: 'Berth',
        version: 'v1',
        description: 'The API of a registry, for scripts, consoles and other programs.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      security: [{ basic: [] }, { bearer: [] }, { session: [] }, {}],
      tags: TAGS.map(([name, description]) => ({ name, description })),
      paths: Object.fromEntries(described),
      components: {
        schemas: { ...sorted(schemas), Problem: PROBLEM },
        responses: {
          Problem: {
            description: 'The request failed.',
            content: {
              'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
            },
          },
        },
        securitySchemes: {
          basic: {
            type: 'http',
            scheme: 'basic',
            description: 'A login, or the token of a robot.',
          },
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: 'A token of /v2/_token with the scope registry:api:*, or that of a robot.',
          },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'berth-session',
            description:
              'The cookie of POST /api/v1/session. Its name ends with the port, if that is not the usual one.',
          },
        },
      },
    }),
  );
}

function operationsOf(path: string, operations: Description): Description {
  const declared = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => parameterOf(name, path));
  return Object.fromEntries(
    Object.entries(operations).map(([method, value]) => {
      const operation = value as Description;
      const { operationId, summary, parameters = [], responses, tags } = operation;
      if (typeof summary !== 'string') throw new Error(`${method} ${path} has no comment`);
      const others = (parameters as Parameter[])
        .filter((one) => one.in !== 'path')
        .map(optionalIfDefault);
      const described = {
        ...operation,
        operationId: nameOf(String(operationId)),
        tags: (tags as string[]).map(groupOf),
        parameters: [...declared, ...others],
        responses: {
          ...successOf(responses as Description),
          default: { $ref: '#/components/responses/Problem' },
        },
      };
      return [method, described];
    }),
  );
}

interface Parameter {
  readonly in: string;
  readonly schema?: { readonly default?: unknown };
}

/** A parameter with a default need not be given, which @nestjs/swagger does not see. */
function optionalIfDefault(parameter: Parameter): Parameter {
  return parameter.schema?.default === undefined
    ? parameter
    : { ...parameter, ...{ required: false } };
}

/** Removes properties with a default from those that are required. */
function withDefaults(schema: Description): Description {
  const { required, properties } = schema as {
    required?: string[];
    properties?: Readonly<Record<string, { default?: unknown }>>;
  };
  const needed = required?.filter((name) => properties?.[name]?.default === undefined);
  return { ...schema, ...(needed && { required: needed }) };
}

function parameterOf(name: string, path: string): Description {
  const known = PATH_PARAMETERS[name];
  if (known === undefined) throw new Error(`${path} has an unknown parameter: ${name}`);
  return { name, in: 'path', required: true, ...known };
}

function successOf(responses: Description): Description {
  return Object.fromEntries(
    Object.entries(responses).map(([status, value]) => {
      const response = value as Description;
      const description = response['description'] || (status === '204' ? 'Done.' : 'The answer.');
      return [status, { ...response, description }];
    }),
  );
}

/** `TagsApiController_list` → `listTags`, so that the names of a client's functions are verbs. */
function nameOf(operationId: string): string {
  const [controller = '', method = ''] = operationId.split('_');
  return `${method}${groupOf(controller.replace('Controller', ''))}`;
}

function groupOf(tag: string): string {
  return tag.replace(/Api$/, '');
}

function sorted(schemas: Description): Description {
  return Object.fromEntries(
    Object.entries(schemas)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, schema]) => [name, withDefaults(schema as Description)]),
  );
}

/** Names classes without the suffix `Dto`. */
function withShortNames(description: Description): Description {
  const text = JSON.stringify(description)
    .replaceAll(/"#\/components\/schemas\/(\w+)Dto"/g, '"#/components/schemas/$1"')
    .replaceAll(/"(\w+)Dto":\{/g, '"$1":{');
  return JSON.parse(text) as Description;
}

/** Rewrites forms of OpenAPI 3.0, which @nestjs/swagger also writes for 3.1. */
function asVersion31<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => asVersion31(item)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, example, exclusiveMinimum, exclusiveMaximum, ...rest } = value as Description;
  const { type, minimum, maximum, allOf, ...others } = rest;
  const only = Array.isArray(allOf) && allOf.length === 1 ? (allOf[0] as Description) : undefined;
  const kept: Description = { ...others, ...(only ?? (allOf === undefined ? {} : { allOf })) };
  if (type !== undefined) kept['type'] = nullable === true ? [type, 'null'] : type;
  if (example !== undefined) kept['examples'] = [example];
  Object.assign(kept, limit('minimum', 'exclusiveMinimum', minimum, exclusiveMinimum));
  Object.assign(kept, limit('maximum', 'exclusiveMaximum', maximum, exclusiveMaximum));
  return Object.fromEntries(
    Object.entries(kept).map(([key, item]) => [key, asVersion31(item)]),
  ) as T;
}

function limit(name: string, exclusive: string, value: unknown, isExclusive: unknown): Description {
  if (isExclusive === true) return { [exclusive]: value };
  return {
    ...(value === undefined ? {} : { [name]: value }),
    ...(isExclusive === undefined || isExclusive === false ? {} : { [exclusive]: isExclusive }),
  };
}
