/** The description of the API in the form of OpenAPI 3.1. Written by build/openapi.ts: change the controllers instead. */
export const OPENAPI: Readonly<Record<string, unknown>> = {
  openapi: '3.1.0',
  info: {
    title: 'Berth',
    version: 'v1',
    description: 'The API of a registry, for scripts, consoles and other programs.',
    license: {
      name: 'Apache-2.0',
      identifier: 'Apache-2.0',
    },
  },
  servers: [
    {
      url: '/',
    },
  ],
  security: [
    {
      basic: [],
    },
    {
      bearer: [],
    },
    {
      session: [],
    },
    {},
  ],
  tags: [
    {
      name: 'Repositories',
      description: 'Search, look and delete.',
    },
    {
      name: 'Tags',
      description: 'Tags with their images, their history, and changes that are conditional.',
    },
    {
      name: 'Manifests',
      description: 'What a manifest is, what refers to it, and how two images differ.',
    },
    {
      name: 'Images',
      description: 'All that is known of an image, and what its removal would free.',
    },
    {
      name: 'Content',
      description: 'The bytes of manifests, configs and files.',
    },
    {
      name: 'Storage',
      description: 'How many bytes what takes, and why it stays.',
    },
    {
      name: 'Gc',
      description: 'The collector.',
    },
    {
      name: 'Events',
      description: 'What happened, and what happens now.',
    },
    {
      name: 'Webhooks',
      description: 'Receivers of events, and what was delivered to them.',
    },
    {
      name: 'Mirrors',
      description: 'Other registries whose content clients get here.',
    },
    {
      name: 'Uploads',
      description: 'Uploads in progress.',
    },
    {
      name: 'Access',
      description: 'Who may do what, and by which rule.',
    },
    {
      name: 'Robots',
      description: 'Credentials for programs.',
    },
    {
      name: 'Session',
      description: 'The login of a page.',
    },
    {
      name: 'Registry',
      description: 'The registry as a whole.',
    },
  ],
  paths: {
    '/api/v1/access': {
      get: {
        operationId: 'accessRegistry',
        parameters: [
          {
            name: 'repository',
            required: true,
            in: 'query',
            description: 'The name of a repository, which need not exist.',
            schema: {
              maxLength: 255,
              type: 'string',
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Access',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Returns what the caller may do in a repository.',
        tags: ['Registry'],
      },
    },
    '/api/v1/access/matrix': {
      get: {
        operationId: 'matrixAccess',
        parameters: [
          {
            name: 'q',
            required: false,
            in: 'query',
            description: 'A part of the name of a repository.',
            schema: {
              maxLength: 255,
              type: 'string',
            },
          },
          {
            name: 'person',
            required: false,
            in: 'query',
            description: 'A part of the name of a person.',
            schema: {
              maxLength: 128,
              type: 'string',
            },
          },
          {
            name: 'limit',
            required: true,
            in: 'query',
            description: 'How many items the page may have.',
            schema: {
              type: 'number',
              minimum: 1,
              maximum: 1000,
            },
          },
          {
            name: 'cursor',
            required: false,
            in: 'query',
            description:
              'The `next` of the page before. Pages stay complete while items are added and removed.',
            schema: {
              maxLength: 1000,
              type: 'string',
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Matrix',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary:
          'Returns what people may do in repositories, and by which rules. Needs an administrator.',
        tags: ['Access'],
      },
    },
    '/api/v1/access/own': {
      get: {
        operationId: 'ownAccess',
        parameters: [],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/OwnRights',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Returns all rights of the caller.',
        tags: ['Access'],
      },
    },
    '/api/v1/access/rules': {
      get: {
        operationId: 'rulesAccess',
        parameters: [],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Rules',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary:
          'Returns the rules of the registry and the states of their files. Needs an administrator.',
        tags: ['Access'],
      },
    },
    '/api/v1/doctor': {
      post: {
        operationId: 'examineRegistry',
        parameters: [],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                $ref: '#/components/schemas/DoctorRequest',
              },
            },
          },
        },
        responses: {
          '200': {
            description: 'The answer.',
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary:
          'Checks the registry as a client sees it, with the login of the request. Streams one line of JSON for each finding, with advice if\nsomething has to change; the last line says whether the registry is healthy. Needs an administrator.',
        tags: ['Registry'],
      },
    },
    '/api/v1/events': {
      get: {
        operationId: 'listEvents',
        parameters: [
          {
            name: 'after',
            required: false,
            in: 'query',
            description:
              'The id of an event. Only later ones are returned; without it, those from the oldest one on.',
            schema: {
              maxLength: 100,
              type: 'string',
            },
          },
          {
            name: 'order',
            required: false,
            in: 'query',
            description: 'Which events come first. The default is `oldest`.',
            schema: {
              enum: ['newest', 'oldest'],
              type: 'string',
            },
          },
          {
            name: 'before',
            required: false,
            in: 'query',
            description:
              'The id of an event, for the order `newest`. Only earlier ones are returned; without it, those from the newest one on.',
            schema: {
              type: 'string',
            },
          },
          {
            name: 'limit',
            required: false,
            in: 'query',
            description: 'How many events the page may have.',
            schema: {
              default: 100,
              type: 'number',
              minimum: 1,
              maximum: 1000,
            },
          },
          {
            name: 'types',
            required: false,
            in: 'query',
            description:
              'The types, separated by commas. `*` stands for any characters, as in `tag.*`.',
            schema: {
              maxLength: 200,
              type: 'string',
            },
          },
          {
            name: 'repositories',
            required: false,
            in: 'query',
            description:
              'The repositories, separated by commas, with the patterns of the access file, as in `team/**`.',
            schema: {
              maxLength: 1000,
              type: 'string',
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Events',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary:
          'Returns events of repositories that the caller may pull. Administrators also get those of the whole registry.',
        tags: ['Events'],
      },
    },
    '/api/v1/events/stream': {
      get: {
        operationId: 'streamEvents',
        parameters: [
          {
            name: 'types',
            required: false,
            in: 'query',
            description:
              'The types, separated by commas. `*` stands for any characters, as in `tag.*`.',
            schema: {
              maxLength: 200,
              type: 'string',
            },
          },
          {
            name: 'repositories',
            required: false,
            in: 'query',
            description:
              'The repositories, separated by commas, with the patterns of the access file, as in `team/**`.',
            schema: {
              maxLength: 1000,
              type: 'string',
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary:
          'Streams the same events as they happen, as server-sent events. The header `Last-Event-ID` resumes.',
        tags: ['Events'],
      },
    },
    '/api/v1/gc': {
      get: {
        operationId: 'statusGc',
        parameters: [
          {
            name: 'recent',
            required: false,
            in: 'query',
            description: 'How many of the last collections of all processes are listed.',
            schema: {
              default: 0,
              type: 'number',
              minimum: 0,
              maximum: 100,
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/CollectorStatus',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Returns when the collector ran and runs, and by which rules.',
        tags: ['Gc'],
      },
    },
    '/api/v1/gc/plan': {
      get: {
        operationId: 'planGc',
        parameters: [],
        responses: {
          '200': {
            description: 'The answer.',
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary:
          'Streams one line of JSON for each thing that a collection would remove now, with the reason and the bytes freed.',
        tags: ['Gc'],
      },
    },
    '/api/v1/gc/run': {
      post: {
        operationId: 'runGc',
        parameters: [],
        responses: {
          '202': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Started',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Starts a collection.',
        tags: ['Gc'],
      },
    },
    '/api/v1/me': {
      get: {
        operationId: 'meRegistry',
        parameters: [],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Me',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Returns who the caller is.',
        tags: ['Registry'],
      },
    },
    '/api/v1/mirrors': {
      get: {
        operationId: 'listMirrors',
        parameters: [],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Mirrors',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Lists the mirrors of the mirrors file, with what each does and has done.',
        tags: ['Mirrors'],
      },
    },
    '/api/v1/mirrors/{mirror}/refresh': {
      post: {
        operationId: 'refreshMirrors',
        parameters: [
          {
            name: 'mirror',
            in: 'path',
            required: true,
            description: 'The name of a mirror.',
            schema: {
              maxLength: 255,
              type: 'string',
            },
          },
        ],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                $ref: '#/components/schemas/RemoteTag',
              },
            },
          },
        },
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Refreshed',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary:
          'Asks the other registry for a tag now, also if its last answer is fresh, and fetches the manifest if that is new.',
        tags: ['Mirrors'],
      },
    },
    '/api/v1/mirrors/{mirror}/warm': {
      post: {
        operationId: 'warmMirrors',
        parameters: [
          {
            name: 'mirror',
            in: 'path',
            required: true,
            description: 'The name of a mirror.',
            schema: {
              maxLength: 255,
              type: 'string',
            },
          },
        ],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                $ref: '#/components/schemas/FetchImages',
              },
            },
          },
        },
        responses: {
          '200': {
            description: 'The answer.',
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary:
          'Fetches images that no client has asked for yet, and stores them. Streams one line of JSON for each manifest that is stored with all\nits blobs, and for each image that failed; the last line has both counts. It ends when the client leaves.',
        tags: ['Mirrors'],
      },
    },
    '/api/v1/mirrors/{mirror}/why': {
      get: {
        operationId: 'whyMirrors',
        parameters: [
          {
            name: 'mirror',
            in: 'path',
            required: true,
            description: 'The name of a mirror.',
            schema: {
              maxLength: 255,
              type: 'string',
            },
          },
          {
            name: 'repository',
            required: true,
            in: 'query',
            description:
              'The repository by its name in the other registry, such as `library/alpine`.',
            schema: {
              maxLength: 255,
              type: 'string',
            },
          },
          {
            name: 'tag',
            required: true,
            in: 'query',
            schema: {
              maxLength: 128,
              type: 'string',
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/MirrorReasons',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary:
          'Returns what is known of a tag, and what the next pull of it gets. Nothing is asked.',
        tags: ['Mirrors'],
      },
    },
    '/api/v1/repositories': {
      get: {
        operationId: 'listRepositories',
        parameters: [
          {
            name: 'q',
            required: false,
            in: 'query',
            description: 'A part of the name.',
            schema: {
              maxLength: 255,
              type: 'string',
            },
          },
          {
            name: 'under',
            required: false,
            in: 'query',
            description:
              'Selects one level of a tree: the repositories whose names have no further slash after this text, and the folders beside them. It is\nempty or ends with a slash.',
            schema: {
              maxLength: 255,
              pattern: '^(?:.*\\/)?$',
              type: 'string',
            },
          },
          {
            name: 'sort',
            required: false,
            in: 'query',
            description:
              'The order. With `-` the other way round: the largest, or the last push first. `unique` needs an administrator.',
            schema: {
              default: 'name',
              enum: [
                'name',
                'size',
                'pushedAt',
                'unique',
                '-name',
                '-size',
                '-unique',
                '-pushedAt',
              ],
              type: 'string',
            },
          },
          {
            name: 'limit',
            required: true,
            in: 'query',
            description: 'How many items the page may have.',
            schema: {
              type: 'number',
              minimum: 1,
              maximum: 1000,
            },
          },
          {
            name: 'cursor',
            required: false,
            in: 'query',
            description:
              'The `next` of the page before. Pages stay complete while items are added and removed.',
            schema: {
              maxLength: 1000,
              type: 'string',
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Repositories',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Lists the repositories from which the caller may pull.',
        tags: ['Repositories'],
      },
    },
    '/api/v1/repositories/{name}': {
      get: {
        operationId: 'getRepositories',
        parameters: [
          {
            name: 'name',
            in: 'path',
            required: true,
            description: 'The name of a repository, with `/` as `%2F`.',
            schema: {
              maxLength: 255,
              pattern:
                '^[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*$',
              type: 'string',
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Repository',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Returns a repository with its figures.',
        tags: ['Repositories'],
      },
      delete: {
        operationId: 'removeRepositories',
        parameters: [
          {
            name: 'name',
            in: 'path',
            required: true,
            description: 'The name of a repository, with `/` as `%2F`.',
            schema: {
              maxLength: 255,
              pattern:
                '^[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*$',
              type: 'string',
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/RemovedRepository',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary:
          'Deletes a repository with its tags, manifests and uploads. Its blobs are freed by the next collection.',
        tags: ['Repositories'],
      },
    },
    '/api/v1/repositories/{name}/compare': {
      get: {
        operationId: 'compareCompare',
        parameters: [
          {
            name: 'name',
            in: 'path',
            required: true,
            description: 'The name of a repository, with `/` as `%2F`.',
            schema: {
              maxLength: 255,
              pattern:
                '^[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*$',
              type: 'string',
            },
          },
          {
            name: 'a',
            required: true,
            in: 'query',
            description: 'The first image: a tag or a digest.',
            schema: {
              minLength: 1,
              maxLength: 200,
              type: 'string',
            },
          },
          {
            name: 'b',
            required: true,
            in: 'query',
            description: 'The second image: a tag or a digest.',
            schema: {
              minLength: 1,
              maxLength: 200,
              type: 'string',
            },
          },
          {
            name: 'with',
            required: false,
            in: 'query',
            description: 'The repository of the second image, if it is another one.',
            schema: {
              maxLength: 255,
              type: 'string',
            },
          },
          {
            name: 'platform',
            required: false,
            in: 'query',
            description: 'Chooses the image of an index, such as `linux/arm64`.',
            schema: {
              maxLength: 100,
              type: 'string',
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Comparison',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Returns how two images differ in their layers and configs.',
        tags: ['Compare'],
      },
    },
    '/api/v1/repositories/{name}/compare/files': {
      get: {
        operationId: 'compareFilesCompare',
        parameters: [
          {
            name: 'name',
            in: 'path',
            required: true,
            description: 'The name of a repository, with `/` as `%2F`.',
            schema: {
              maxLength: 255,
              pattern:
                '^[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*$',
              type: 'string',
            },
          },
          {
            name: 'a',
            required: true,
            in: 'query',
            description: 'The first image: a tag or a digest.',
            schema: {
              minLength: 1,
              maxLength: 200,
              type: 'string',
            },
          },
          {
            name: 'b',
            required: true,
            in: 'query',
            description: 'The second image: a tag or a digest.',
            schema: {
              minLength: 1,
              maxLength: 200,
              type: 'string',
            },
          },
          {
            name: 'with',
            required: false,
            in: 'query',
            description: 'The repository of the second image, if it is another one.',
            schema: {
              maxLength: 255,
              type: 'string',
            },
          },
          {
            name: 'platform',
            required: false,
            in: 'query',
            description: 'Chooses the image of an index, such as `linux/arm64`.',
            schema: {
              maxLength: 100,
              type: 'string',
            },
          },
          {
            name: 'progress',
            required: false,
            in: 'query',
            description:
              'Adds a line with `progress` every half second while layers are read, and one with `failed` if the comparison fails after that.',
            schema: {
              enum: ['true', 'false'],
              type: 'string',
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary:
          'Streams one line of JSON for each file that differs, after reading the layers of both images.',
        tags: ['Compare'],
      },
    },
    '/api/v1/repositories/{name}/content/{digest}': {
      get: {
        operationId: 'getContent',
        parameters: [
          {
            name: 'name',
            in: 'path',
            required: true,
            description: 'The name of a repository, with `/` as `%2F`.',
            schema: {
              maxLength: 255,
              pattern:
                '^[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*$',
              type: 'string',
            },
          },
          {
            name: 'digest',
            in: 'path',
            required: true,
            description: 'The digest of a manifest or a blob.',
            schema: {
              pattern: '^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$',
              type: 'string',
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary:
          'Sends the bytes of a manifest or a blob as a download, also ranges of them. It is not counted as a pull.',
        tags: ['Content'],
      },
    },
    '/api/v1/repositories/{name}/history': {
      get: {
        operationId: 'historyOfAllTags',
        parameters: [
          {
            name: 'name',
            in: 'path',
            required: true,
            description: 'The name of a repository, with `/` as `%2F`.',
            schema: {
              maxLength: 255,
              pattern:
                '^[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*$',
              type: 'string',
            },
          },
          {
            name: 'q',
            required: false,
            in: 'query',
            description: 'A part of the tag.',
            schema: {
              maxLength: 128,
              type: 'string',
            },
          },
          {
            name: 'limit',
            required: true,
            in: 'query',
            description: 'How many items the page may have.',
            schema: {
              type: 'number',
              minimum: 1,
              maximum: 1000,
            },
          },
          {
            name: 'cursor',
            required: false,
            in: 'query',
            description:
              'The `next` of the page before. Pages stay complete while items are added and removed.',
            schema: {
              maxLength: 1000,
              type: 'string',
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/RepositoryHistory',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Returns the changes of all tags of a repository, also of removed ones.',
        tags: ['Tags'],
      },
    },
    '/api/v1/repositories/{name}/images/{reference}': {
      get: {
        operationId: 'getImages',
        parameters: [
          {
            name: 'name',
            in: 'path',
            required: true,
            description: 'The name of a repository, with `/` as `%2F`.',
            schema: {
              maxLength: 255,
              pattern:
                '^[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*$',
              type: 'string',
            },
          },
          {
            name: 'reference',
            in: 'path',
            required: true,
            description: 'A tag, or the digest of a manifest.',
            schema: {
              maxLength: 136,
              type: 'string',
            },
          },
          {
            name: 'platform',
            required: false,
            in: 'query',
            description:
              'The platform whose image is shown, such as `linux/arm64`. Default: linux/amd64 if the index has it, else the first one.',
            schema: {
              maxLength: 100,
              type: 'string',
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/ImageView',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary:
          'Returns all that is known of the image of a tag or a digest: what it is, its layers, who holds it, and its referrers.',
        tags: ['Images'],
      },
    },
    '/api/v1/repositories/{name}/manifests/{digest}': {
      delete: {
        operationId: 'removeManifestTagChanges',
        parameters: [
          {
            name: 'name',
            in: 'path',
            required: true,
            description: 'The name of a repository, with `/` as `%2F`.',
            schema: {
              maxLength: 255,
              pattern:
                '^[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*$',
              type: 'string',
            },
          },
          {
            name: 'digest',
            in: 'path',
            required: true,
            description: 'The digest of a manifest or a blob.',
            schema: {
              pattern: '^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$',
              type: 'string',
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/RemovedManifest',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Removes a manifest with all tags that point to it, unless an index lists it.',
        tags: ['TagChanges'],
      },
      get: {
        operationId: 'getManifests',
        parameters: [
          {
            name: 'name',
            in: 'path',
            required: true,
            description: 'The name of a repository, with `/` as `%2F`.',
            schema: {
              maxLength: 255,
              pattern:
                '^[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*$',
              type: 'string',
            },
          },
          {
            name: 'digest',
            in: 'path',
            required: true,
            description: 'The digest of a manifest or a blob.',
            schema: {
              pattern: '^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$',
              type: 'string',
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Manifest',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary:
          'Explains a manifest: its config, its layers with the commands that made them, or the entries of an index.',
        tags: ['Manifests'],
      },
    },
    '/api/v1/repositories/{name}/manifests/{digest}/holders': {
      get: {
        operationId: 'holdersManifests',
        parameters: [
          {
            name: 'name',
            in: 'path',
            required: true,
            description: 'The name of a repository, with `/` as `%2F`.',
            schema: {
              maxLength: 255,
              pattern:
                '^[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*$',
              type: 'string',
            },
          },
          {
            name: 'digest',
            in: 'path',
            required: true,
            description: 'The digest of a manifest or a blob.',
            schema: {
              pattern: '^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$',
              type: 'string',
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Holders',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Returns the tags and indexes that lead to a manifest.',
        tags: ['Manifests'],
      },
    },
    '/api/v1/repositories/{name}/manifests/{digest}/referrers': {
      get: {
        operationId: 'referrersManifests',
        parameters: [
          {
            name: 'name',
            in: 'path',
            required: true,
            description: 'The name of a repository, with `/` as `%2F`.',
            schema: {
              maxLength: 255,
              pattern:
                '^[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*$',
              type: 'string',
            },
          },
          {
            name: 'digest',
            in: 'path',
            required: true,
            description: 'The digest of a manifest or a blob.',
            schema: {
              pattern: '^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$',
              type: 'string',
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Referrers',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Returns the referrers of a manifest as a tree.',
        tags: ['Manifests'],
      },
    },
    '/api/v1/repositories/{name}/removal': {
      get: {
        operationId: 'removalImages',
        parameters: [
          {
            name: 'name',
            in: 'path',
            required: true,
            description: 'The name of a repository, with `/` as `%2F`.',
            schema: {
              maxLength: 255,
              pattern:
                '^[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*$',
              type: 'string',
            },
          },
          {
            name: 'tags',
            required: false,
            in: 'query',
            description: 'Tags, separated by commas: at most 100.',
            schema: {
              maxLength: 13000,
              type: 'string',
            },
          },
          {
            name: 'manifests',
            required: false,
            in: 'query',
            description: 'Digests of manifests, separated by commas: at most 100.',
            schema: {
              maxLength: 14000,
              type: 'string',
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Removal',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary:
          'Says what the removal of tags or manifests would take along, what stays, and how many bytes it would free. Nothing changes.',
        tags: ['Images'],
      },
    },
    '/api/v1/repositories/{name}/tags': {
      get: {
        operationId: 'listTags',
        parameters: [
          {
            name: 'name',
            in: 'path',
            required: true,
            description: 'The name of a repository, with `/` as `%2F`.',
            schema: {
              maxLength: 255,
              pattern:
                '^[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*$',
              type: 'string',
            },
          },
          {
            name: 'q',
            required: false,
            in: 'query',
            description: 'A part of the tag.',
            schema: {
              maxLength: 128,
              type: 'string',
            },
          },
          {
            name: 'sort',
            required: false,
            in: 'query',
            description:
              'The order. With `-` the other way round: the last name, the highest version, the newest push, or the largest image first.',
            schema: {
              default: 'name',
              enum: [
                'name',
                'version',
                'size',
                'pushedAt',
                '-name',
                '-size',
                '-pushedAt',
                '-version',
              ],
              type: 'string',
            },
          },
          {
            name: 'limit',
            required: true,
            in: 'query',
            description: 'How many items the page may have.',
            schema: {
              type: 'number',
              minimum: 1,
              maximum: 1000,
            },
          },
          {
            name: 'cursor',
            required: false,
            in: 'query',
            description:
              'The `next` of the page before. Pages stay complete while items are added and removed.',
            schema: {
              maxLength: 1000,
              type: 'string',
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Tags',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Lists the tags of a repository.',
        tags: ['Tags'],
      },
    },
    '/api/v1/repositories/{name}/tags/{tag}': {
      put: {
        operationId: 'setTagChanges',
        parameters: [
          {
            name: 'name',
            in: 'path',
            required: true,
            description: 'The name of a repository, with `/` as `%2F`.',
            schema: {
              maxLength: 255,
              pattern:
                '^[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*$',
              type: 'string',
            },
          },
          {
            name: 'tag',
            in: 'path',
            required: true,
            description: 'A tag.',
            schema: {
              pattern: '^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$',
              type: 'string',
            },
          },
        ],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                $ref: '#/components/schemas/NewTag',
              },
            },
          },
        },
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/SetTag',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary:
          'Points a tag to a manifest of the same repository: a new tag, a move, or the way back to an earlier state.',
        tags: ['TagChanges'],
      },
      delete: {
        operationId: 'removeTagTagChanges',
        parameters: [
          {
            name: 'name',
            in: 'path',
            required: true,
            description: 'The name of a repository, with `/` as `%2F`.',
            schema: {
              maxLength: 255,
              pattern:
                '^[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*$',
              type: 'string',
            },
          },
          {
            name: 'tag',
            in: 'path',
            required: true,
            description: 'A tag.',
            schema: {
              pattern: '^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$',
              type: 'string',
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/RemovedTag',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Removes a tag alone. Its manifest, and other tags of it, stay.',
        tags: ['TagChanges'],
      },
      get: {
        operationId: 'getTags',
        parameters: [
          {
            name: 'name',
            in: 'path',
            required: true,
            description: 'The name of a repository, with `/` as `%2F`.',
            schema: {
              maxLength: 255,
              pattern:
                '^[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*$',
              type: 'string',
            },
          },
          {
            name: 'tag',
            in: 'path',
            required: true,
            description: 'A tag.',
            schema: {
              pattern: '^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$',
              type: 'string',
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Tag',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Returns a tag. Its ETag is the digest, for `If-Match` of a change.',
        tags: ['Tags'],
      },
    },
    '/api/v1/repositories/{name}/tags/{tag}/history': {
      get: {
        operationId: 'historyTags',
        parameters: [
          {
            name: 'name',
            in: 'path',
            required: true,
            description: 'The name of a repository, with `/` as `%2F`.',
            schema: {
              maxLength: 255,
              pattern:
                '^[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*$',
              type: 'string',
            },
          },
          {
            name: 'tag',
            in: 'path',
            required: true,
            description: 'A tag.',
            schema: {
              pattern: '^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$',
              type: 'string',
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/TagHistory',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Returns the last changes of a tag, also after its removal.',
        tags: ['Tags'],
      },
    },
    '/api/v1/repositories/{name}/untagged': {
      get: {
        operationId: 'listUntaggedManifests',
        parameters: [
          {
            name: 'name',
            in: 'path',
            required: true,
            description: 'The name of a repository, with `/` as `%2F`.',
            schema: {
              maxLength: 255,
              pattern:
                '^[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*$',
              type: 'string',
            },
          },
          {
            name: 'limit',
            required: false,
            in: 'query',
            description: 'How many items the answer may have.',
            schema: {
              default: 100,
              type: 'number',
              minimum: 1,
              maximum: 1000,
            },
          },
          {
            name: 'referrers',
            required: false,
            in: 'query',
            description:
              'Whether manifests that refer to another one are listed. By default all manifests are.',
            schema: {
              enum: ['only', 'without'],
              type: 'string',
            },
          },
          {
            name: 'cursor',
            required: false,
            in: 'query',
            description:
              'The `next` of the page before. Pages stay complete while items are added and removed.',
            schema: {
              maxLength: 1000,
              type: 'string',
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Untagged',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary:
          'Lists the manifests that no tag points to, and no tagged index lists, and why they are kept.',
        tags: ['Manifests'],
      },
    },
    '/api/v1/robots': {
      get: {
        operationId: 'listRobots',
        parameters: [],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Robots',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Lists the robots.',
        tags: ['Robots'],
      },
      post: {
        operationId: 'createRobots',
        parameters: [],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                $ref: '#/components/schemas/NewRobot',
              },
            },
          },
        },
        responses: {
          '201': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/CreatedRobot',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Creates a robot, and returns its token once.',
        tags: ['Robots'],
      },
    },
    '/api/v1/robots/{id}': {
      delete: {
        operationId: 'revokeRobots',
        parameters: [
          {
            name: 'id',
            in: 'path',
            required: true,
            description: 'An id, as the list shows it.',
            schema: {
              maxLength: 100,
              type: 'string',
            },
          },
        ],
        responses: {
          '204': {
            description: 'Done.',
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Revokes a robot: its token is invalid from now on.',
        tags: ['Robots'],
      },
    },
    '/api/v1/session': {
      get: {
        operationId: 'getSession',
        parameters: [],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/LoginState',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary:
          'Returns whether the caller is logged in. Needs no login itself, so that a page knows whether to ask for one.',
        tags: ['Session'],
      },
      post: {
        operationId: 'openSession',
        parameters: [],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                $ref: '#/components/schemas/NewSession',
              },
            },
          },
        },
        responses: {
          '201': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Session',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Opens a session for a page, whose browser keeps it in a cookie.',
        tags: ['Session'],
      },
      delete: {
        operationId: 'closeSession',
        parameters: [],
        responses: {
          '204': {
            description: 'Done.',
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Ends the session of the request, and does nothing to another login.',
        tags: ['Session'],
      },
    },
    '/api/v1/settings': {
      get: {
        operationId: 'settingsRegistry',
        parameters: [],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Settings',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary:
          'Returns every setting with its value and origin, the version, and the state of the files of users and rules. Needs an administrator.',
        tags: ['Registry'],
      },
    },
    '/api/v1/storage': {
      get: {
        operationId: 'getStorage',
        parameters: [],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Storage',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Returns the totals of the storage and their growth. Needs an administrator.',
        tags: ['Storage'],
      },
    },
    '/api/v1/storage/largest': {
      get: {
        operationId: 'largestStorage',
        parameters: [
          {
            name: 'limit',
            required: false,
            in: 'query',
            description: 'How many blobs the answer may have.',
            schema: {
              default: 20,
              type: 'number',
              minimum: 1,
              maximum: 100,
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/LargestBlobs',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Lists the largest blobs of the repositories from which the caller may pull.',
        tags: ['Storage'],
      },
    },
    '/api/v1/storage/overview': {
      get: {
        operationId: 'overviewStorage',
        parameters: [
          {
            name: 'limit',
            required: false,
            in: 'query',
            description: 'How many blobs the answer may have.',
            schema: {
              default: 20,
              type: 'number',
              minimum: 1,
              maximum: 100,
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/StorageOverview',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary:
          'Returns what takes the space, as far as the caller may see it: the totals, and the largest repositories and blobs.',
        tags: ['Storage'],
      },
    },
    '/api/v1/storage/why/{digest}': {
      get: {
        operationId: 'whyStorage',
        parameters: [
          {
            name: 'digest',
            in: 'path',
            required: true,
            description: 'The digest of a manifest or a blob.',
            schema: {
              pattern: '^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$',
              type: 'string',
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Reasons',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary:
          'Returns what keeps some content in each repository that has it. Needs an administrator.',
        tags: ['Storage'],
      },
    },
    '/api/v1/uploads': {
      get: {
        operationId: 'listUploads',
        parameters: [
          {
            name: 'limit',
            required: false,
            in: 'query',
            description: 'How many uploads the answer may have.',
            schema: {
              default: 100,
              type: 'number',
              minimum: 1,
              maximum: 1000,
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Uploads',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Lists uploads in repositories to which the caller may push.',
        tags: ['Uploads'],
      },
    },
    '/api/v1/uploads/{id}': {
      delete: {
        operationId: 'discardUploads',
        parameters: [
          {
            name: 'id',
            in: 'path',
            required: true,
            description: 'An id, as the list shows it.',
            schema: {
              maxLength: 100,
              type: 'string',
            },
          },
        ],
        responses: {
          '204': {
            description: 'Done.',
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Ends an upload and deletes its bytes. Needs the right to push to its repository.',
        tags: ['Uploads'],
      },
    },
    '/api/v1/version': {
      get: {
        operationId: 'versionRegistry',
        parameters: [],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Version',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Returns the versions of the registry and of what it implements.',
        tags: ['Registry'],
      },
    },
    '/api/v1/webhooks': {
      get: {
        operationId: 'listWebhooks',
        parameters: [],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Webhooks',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Lists the webhooks, with what waits for each.',
        tags: ['Webhooks'],
      },
    },
    '/api/v1/webhooks/{endpoint}/deliveries': {
      get: {
        operationId: 'deliveriesWebhooks',
        parameters: [
          {
            name: 'endpoint',
            in: 'path',
            required: true,
            description: 'The name of a webhook.',
            schema: {
              maxLength: 100,
              type: 'string',
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Deliveries',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary:
          'Returns the last deliveries to a webhook, and the events that were not delivered.',
        tags: ['Webhooks'],
      },
    },
    '/api/v1/webhooks/{endpoint}/redeliver': {
      post: {
        operationId: 'redeliverWebhooks',
        parameters: [
          {
            name: 'endpoint',
            in: 'path',
            required: true,
            description: 'The name of a webhook.',
            schema: {
              maxLength: 100,
              type: 'string',
            },
          },
        ],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                $ref: '#/components/schemas/Redeliver',
              },
            },
          },
        },
        responses: {
          '202': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Redelivery',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary: 'Tries dead letters of a webhook again, from the first attempt on.',
        tags: ['Webhooks'],
      },
    },
    '/api/v1/webhooks/{endpoint}/test': {
      post: {
        operationId: 'pingWebhooks',
        parameters: [
          {
            name: 'endpoint',
            in: 'path',
            required: true,
            description: 'The name of a webhook.',
            schema: {
              maxLength: 100,
              type: 'string',
            },
          },
        ],
        responses: {
          '200': {
            description: 'The answer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Ping',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary:
          'Sends an event of the type `dev.berth.ping` to a webhook now, and returns how it was received.',
        tags: ['Webhooks'],
      },
    },
  },
  components: {
    schemas: {
      AccessControl: {
        properties: {
          description: {
            description: 'In a sentence.',
            type: 'string',
          },
          files: {
            items: {
              $ref: '#/components/schemas/AccessFile',
            },
            type: 'array',
          },
        },
        required: ['description', 'files'],
        type: 'object',
      },
      Access: {
        properties: {
          repository: {
            type: 'string',
          },
          pull: {
            description: 'Whether the caller may pull, list and look.',
            type: 'boolean',
          },
          push: {
            description: 'Whether the caller may push and set tags.',
            type: 'boolean',
          },
          delete: {
            description: 'Whether the caller may delete.',
            type: 'boolean',
          },
        },
        required: ['repository', 'pull', 'push', 'delete'],
        type: 'object',
      },
      AccessFile: {
        properties: {
          holds: {
            enum: ['rules', 'users'],
            type: 'string',
          },
          path: {
            type: 'string',
          },
          problem: {
            description:
              'Why the present content of the file is not in use. Absent if it is in use.',
            type: 'string',
          },
        },
        required: ['holds', 'path'],
        type: 'object',
      },
      Attempt: {
        properties: {
          id: {
            description: 'The event.',
            type: 'string',
          },
          at: {
            type: 'string',
          },
          milliseconds: {
            type: 'number',
          },
          result: {
            description: '`delivered`, or why not.',
            type: 'string',
          },
          type: {
            type: 'string',
          },
        },
        required: ['id', 'type', 'at', 'milliseconds', 'result'],
        type: 'object',
      },
      Cached: {
        properties: {
          bytes: {
            description:
              'Those of its manifests and of the blobs that they need. A blob of several repositories is counted once.',
            type: 'number',
          },
          at: {
            description: 'When they were counted: after a collection.',
            type: 'string',
          },
        },
        required: ['bytes', 'at'],
        type: 'object',
      },
      CollectionRules: {
        properties: {
          graceMs: {
            description: 'Content that was used within this time stays. In milliseconds.',
            type: 'number',
          },
          keepUntagged: {
            description: 'Whether manifests without a tag stay.',
            type: 'boolean',
          },
          uploadTtlMs: {
            description: 'Uploads without new bytes for this time expire. In milliseconds.',
            type: 'number',
          },
        },
        required: ['graceMs', 'keepUntagged', 'uploadTtlMs'],
        type: 'object',
      },
      CollectorStatus: {
        properties: {
          running: {
            type: 'boolean',
          },
          intervalMs: {
            description: 'Time between two collections, in milliseconds. 0: only on demand.',
            type: 'number',
          },
          nextAt: {
            description:
              'When this process tries to collect next. Absent if it does not by itself.',
            type: 'string',
          },
          last: {
            description: 'The last collection of this process. Absent before the first one.',
            $ref: '#/components/schemas/Pass',
          },
          recent: {
            description:
              'The last collections of all processes, the newest first, as far as their events are kept.',
            items: {
              $ref: '#/components/schemas/Pass',
            },
            type: 'array',
          },
          rules: {
            $ref: '#/components/schemas/CollectionRules',
          },
        },
        required: ['running', 'intervalMs', 'recent', 'rules'],
        type: 'object',
      },
      ComparedLayers: {
        properties: {
          shared: {
            items: {
              $ref: '#/components/schemas/Layer',
            },
            type: 'array',
          },
          onlyA: {
            items: {
              $ref: '#/components/schemas/Layer',
            },
            type: 'array',
          },
          onlyB: {
            items: {
              $ref: '#/components/schemas/Layer',
            },
            type: 'array',
          },
        },
        required: ['shared', 'onlyA', 'onlyB'],
        type: 'object',
      },
      Comparison: {
        properties: {
          a: {
            description: 'The digest of the first image.',
            type: 'string',
          },
          b: {
            description: 'The digest of the second image.',
            type: 'string',
          },
          sizeA: {
            type: 'number',
          },
          sizeB: {
            type: 'number',
          },
          layers: {
            $ref: '#/components/schemas/ComparedLayers',
          },
          env: {
            items: {
              $ref: '#/components/schemas/ValueChange',
            },
            type: 'array',
          },
          labels: {
            items: {
              $ref: '#/components/schemas/ValueChange',
            },
            type: 'array',
          },
          fields: {
            description: 'Other fields of the config. A list is shown as JSON.',
            items: {
              $ref: '#/components/schemas/ValueChange',
            },
            type: 'array',
          },
          hasConfigs: {
            description:
              'Whether both configs could be read. If not, only layers and sizes are compared.',
            type: 'boolean',
          },
        },
        required: ['a', 'b', 'sizeA', 'sizeB', 'layers', 'env', 'labels', 'fields', 'hasConfigs'],
        type: 'object',
      },
      ConcernedManifest: {
        properties: {
          digest: {
            type: 'string',
          },
          purpose: {
            type: 'string',
          },
          tags: {
            description: 'The tags that are removed.',
            items: {
              type: 'string',
            },
            type: 'array',
          },
          otherTags: {
            description: 'Tags that still point to it. Empty if the manifest itself is removed.',
            items: {
              type: 'string',
            },
            type: 'array',
          },
          indexes: {
            description: 'The digests of indexes that list it and stay.',
            items: {
              type: 'string',
            },
            type: 'array',
          },
          entries: {
            description: 'How many manifests it lists.',
            type: 'number',
          },
          referrers: {
            description: 'How many manifests refer to it.',
            type: 'number',
          },
          fate: {
            description: 'Whether it is removed now, stays, or goes with a later collection.',
            enum: ['removed', 'tagged', 'listed', 'kept', 'collected'],
            type: 'string',
          },
        },
        required: [
          'digest',
          'purpose',
          'tags',
          'otherTags',
          'indexes',
          'entries',
          'referrers',
          'fate',
        ],
        type: 'object',
      },
      CreatedRobot: {
        properties: {
          id: {
            type: 'string',
          },
          token: {
            description: 'The password of the robot, valid with any user name.',
            type: 'string',
          },
        },
        required: ['id', 'token'],
        type: 'object',
      },
      DeadLetter: {
        properties: {
          id: {
            type: 'string',
          },
          repository: {
            type: 'string',
          },
          attempts: {
            type: 'number',
          },
          at: {
            type: 'string',
          },
          result: {
            description: 'How the last attempt ended.',
            type: 'string',
          },
          type: {
            type: 'string',
          },
        },
        required: ['id', 'type', 'attempts', 'at', 'result'],
        type: 'object',
      },
      Deliveries: {
        properties: {
          retrying: {
            items: {
              $ref: '#/components/schemas/Retry',
            },
            type: 'array',
          },
          dead: {
            description: 'The last 500 dead letters, the oldest first.',
            items: {
              $ref: '#/components/schemas/DeadLetter',
            },
            type: 'array',
          },
          recent: {
            description: 'The last attempts, the newest first.',
            items: {
              $ref: '#/components/schemas/Attempt',
            },
            type: 'array',
          },
        },
        required: ['retrying', 'dead', 'recent'],
        type: 'object',
      },
      Descriptor: {
        properties: {
          mediaType: {
            type: 'string',
          },
          digest: {
            type: 'string',
          },
          size: {
            description: 'In bytes, as stored.',
            type: 'number',
          },
          artifactType: {
            type: 'string',
          },
          annotations: {
            additionalProperties: {
              type: 'string',
            },
            type: 'object',
          },
        },
        required: ['mediaType', 'digest', 'size'],
        type: 'object',
      },
      DoctorRequest: {
        properties: {
          leaveOut: {
            description:
              'Checks to leave out. `push` writes to the repository berth-doctor/probe and deletes it again.',
            maxItems: 1,
            items: {
              type: 'string',
            },
            type: 'array',
          },
        },
        required: ['leaveOut'],
        type: 'object',
      },
      Entry: {
        properties: {
          mediaType: {
            type: 'string',
          },
          digest: {
            type: 'string',
          },
          size: {
            description: 'In bytes, as stored.',
            type: 'number',
          },
          artifactType: {
            type: 'string',
          },
          annotations: {
            additionalProperties: {
              type: 'string',
            },
            type: 'object',
          },
          platform: {
            description: 'Such as `linux/arm64/v8`.',
            type: 'string',
          },
          purpose: {
            type: 'string',
          },
          describes: {
            description: 'The digest of the image that an attestation describes.',
            type: 'string',
          },
          totalBytes: {
            description:
              'The bytes of the entry with all that it names. Absent if the repository does not have it.',
            type: 'number',
          },
        },
        required: ['mediaType', 'digest', 'size'],
        type: 'object',
      },
      EventData: {
        properties: {
          sequence: {
            description: 'Counts the events of one process. Only for administrators.',
            type: 'number',
          },
          tag: {
            type: 'string',
          },
          tags: {
            description: 'All tags that a push named.',
            items: {
              type: 'string',
            },
            type: 'array',
          },
          digest: {
            type: 'string',
          },
          mediaType: {
            type: 'string',
          },
          size: {
            type: 'number',
          },
          previous: {
            description: 'The digest that a moved tag pointed to before.',
            type: 'string',
          },
          by: {
            description: 'The login of the client.',
            type: 'string',
          },
          subject: {
            description: 'The digest of the manifest that a referrer refers to.',
            type: 'string',
          },
          push: {
            description: 'The same text in all events of one push.',
            type: 'string',
          },
          recovered: {
            description:
              'Whether the event was found after the process that should have recorded it had died.',
            type: 'boolean',
          },
          result: {
            description: 'How a collection ended.',
            type: 'string',
          },
          milliseconds: {
            type: 'number',
          },
          freedBytes: {
            type: 'number',
          },
          freeBytes: {
            type: 'number',
          },
          minFreeBytes: {
            type: 'number',
          },
          mirror: {
            description:
              'The mirror that stored content of another registry, or whose registry fails.',
            type: 'string',
          },
          reason: {
            description: 'Why the registry that is mirrored is not asked for a while.',
            type: 'string',
          },
        },
        type: 'object',
      },
      EventOrigin: {
        properties: {
          requestId: {
            type: 'string',
          },
          address: {
            type: 'string',
          },
          scheme: {
            type: 'string',
          },
          host: {
            type: 'string',
          },
          method: {
            type: 'string',
          },
          userAgent: {
            type: 'string',
          },
        },
        type: 'object',
      },
      Events: {
        properties: {
          events: {
            items: {
              $ref: '#/components/schemas/RegistryEvent',
            },
            type: 'array',
          },
          next: {
            description:
              'The `after` of the next page, or the `before` in the order `newest`; also without more events yet. Absent if there is nothing to continue.',
            type: 'string',
          },
          more: {
            description: 'Whether there may be more events already.',
            type: 'boolean',
          },
        },
        required: ['events', 'more'],
        type: 'object',
      },
      FetchImages: {
        properties: {
          images: {
            description:
              'Patterns of tags, by their names in the other registry, such as `library/alpine:3.*`. Without it those of the mirrors file.',
            maxItems: 100,
            items: {
              maxLength: 400,
              type: 'string',
            },
            type: 'array',
          },
        },
        type: 'object',
      },
      GivenRight: {
        properties: {
          repositories: {
            description: 'A repository, or a pattern such as `team/**`.',
            type: 'string',
          },
          actions: {
            items: {
              enum: ['push', 'pull', 'delete'],
              type: 'string',
            },
            type: 'array',
          },
          because: {
            description: 'The rule that allows it.',
            type: 'string',
          },
        },
        required: ['repositories', 'actions', 'because'],
        type: 'object',
      },
      Grant: {
        properties: {
          repositories: {
            description: 'A repository, or a pattern such as `team/**`.',
            minLength: 1,
            maxLength: 300,
            type: 'string',
          },
          actions: {
            description: 'What the robot may do there.',
            minItems: 1,
            maxItems: 3,
            items: {
              enum: ['push', 'pull', 'delete'],
              type: 'string',
            },
            type: 'array',
          },
        },
        required: ['repositories', 'actions'],
        type: 'object',
      },
      Group: {
        properties: {
          name: {
            type: 'string',
          },
          members: {
            description: 'Absent if the issuer of logins decides who is in the group.',
            items: {
              type: 'string',
            },
            type: 'array',
          },
        },
        required: ['name'],
        type: 'object',
      },
      GrowthPoint: {
        properties: {
          repositories: {
            type: 'number',
          },
          manifests: {
            type: 'number',
          },
          logicalBytes: {
            description: 'The bytes of all repositories, where a shared blob counts in each.',
            type: 'number',
          },
          storedBytes: {
            description: 'The bytes that the storage holds, where a shared blob counts once.',
            type: 'number',
          },
          at: {
            type: 'string',
          },
        },
        required: ['repositories', 'manifests', 'logicalBytes', 'storedBytes', 'at'],
        type: 'object',
      },
      Holders: {
        properties: {
          tags: {
            items: {
              type: 'string',
            },
            type: 'array',
          },
          indexes: {
            description: 'The digests of indexes that list it.',
            items: {
              type: 'string',
            },
            type: 'array',
          },
          more: {
            description: 'Whether there are more than 1,000.',
            type: 'boolean',
          },
        },
        required: ['tags', 'indexes', 'more'],
        type: 'object',
      },
      Image: {
        properties: {
          created: {
            type: 'string',
          },
          author: {
            type: 'string',
          },
          os: {
            type: 'string',
          },
          osVersion: {
            type: 'string',
          },
          architecture: {
            type: 'string',
          },
          variant: {
            type: 'string',
          },
          user: {
            type: 'string',
          },
          workingDirectory: {
            type: 'string',
          },
          stopSignal: {
            type: 'string',
          },
          env: {
            items: {
              type: 'string',
            },
            type: 'array',
          },
          entrypoint: {
            items: {
              type: 'string',
            },
            type: 'array',
          },
          cmd: {
            items: {
              type: 'string',
            },
            type: 'array',
          },
          exposedPorts: {
            items: {
              type: 'string',
            },
            type: 'array',
          },
          volumes: {
            items: {
              type: 'string',
            },
            type: 'array',
          },
          labels: {
            additionalProperties: {
              type: 'string',
            },
            type: 'object',
          },
        },
        required: ['env', 'entrypoint', 'cmd', 'exposedPorts', 'volumes', 'labels'],
        type: 'object',
      },
      ImageTag: {
        properties: {
          name: {
            type: 'string',
          },
          pushedAt: {
            type: 'string',
          },
          pushedBy: {
            description:
              'The login that last set the tag. Absent for an anonymous client, or if it is unknown.',
            type: 'string',
          },
          previous: {
            description:
              'The manifest that the tag pointed to before. Absent for a new tag, or if it is unknown.',
            type: 'string',
          },
        },
        required: ['name', 'pushedAt'],
        type: 'object',
      },
      ImageView: {
        properties: {
          digest: {
            type: 'string',
          },
          tag: {
            description: 'Present if the reference is a tag.',
            $ref: '#/components/schemas/ImageTag',
          },
          manifest: {
            description: 'What the reference names.',
            $ref: '#/components/schemas/Manifest',
          },
          image: {
            description: 'Absent for an index that has no image of the platform.',
            $ref: '#/components/schemas/ShownImage',
          },
          holders: {
            $ref: '#/components/schemas/Holders',
          },
          referrers: {
            $ref: '#/components/schemas/Referrers',
          },
          rights: {
            description: 'What the caller may do in the repository.',
            $ref: '#/components/schemas/RepositoryRights',
          },
        },
        required: ['digest', 'manifest', 'holders', 'referrers', 'rights'],
        type: 'object',
      },
      Kept: {
        properties: {
          unusedSeconds: {
            description: 'Images that were not pulled for this time are removed.',
            type: 'number',
          },
          bytes: {
            description: 'How many bytes the mirror may take.',
            type: 'number',
          },
        },
        type: 'object',
      },
      LargestBlob: {
        properties: {
          digest: {
            type: 'string',
          },
          size: {
            type: 'number',
          },
          repositories: {
            description: 'The repositories that have it, of those from which the caller may pull.',
            items: {
              type: 'string',
            },
            type: 'array',
          },
        },
        required: ['digest', 'size', 'repositories'],
        type: 'object',
      },
      LargestBlobs: {
        properties: {
          asOf: {
            description: 'When they were found. Absent before the first collection.',
            type: 'string',
          },
          blobs: {
            items: {
              $ref: '#/components/schemas/LargestBlob',
            },
            type: 'array',
          },
        },
        required: ['blobs'],
        type: 'object',
      },
      LargestRepository: {
        properties: {
          name: {
            type: 'string',
          },
          tags: {
            type: 'number',
          },
          logicalBytes: {
            description: 'The bytes of all its blobs and manifests.',
            type: 'number',
          },
          uniqueBytes: {
            description: 'The bytes that only this repository has. Only for administrators.',
            type: 'number',
          },
          sharedBytes: {
            description: 'The bytes that other repositories have as well. Only for administrators.',
            type: 'number',
          },
        },
        required: ['name'],
        type: 'object',
      },
      LastAnswer: {
        properties: {
          at: {
            type: 'string',
          },
          digest: {
            type: 'string',
          },
        },
        required: ['at'],
        type: 'object',
      },
      Layer: {
        properties: {
          mediaType: {
            type: 'string',
          },
          digest: {
            type: 'string',
          },
          size: {
            description: 'In bytes, as stored.',
            type: 'number',
          },
          artifactType: {
            type: 'string',
          },
          annotations: {
            additionalProperties: {
              type: 'string',
            },
            type: 'object',
          },
          title: {
            description: 'The name of a file of an artifact.',
            type: 'string',
          },
          isForeign: {
            description: 'Whether the layer stays with its publisher, and no registry has it.',
            type: 'boolean',
          },
          command: {
            description: 'The command that made the layer, as the history of the image says.',
            type: 'string',
          },
          created: {
            type: 'string',
          },
        },
        required: ['mediaType', 'digest', 'size', 'isForeign'],
        type: 'object',
      },
      LoginState: {
        properties: {
          logins: {
            description: 'Whether the registry has logins. Without them nobody can open a session.',
            type: 'boolean',
          },
          allowed: {
            description: 'Whether the caller may use the API. If not, only a login helps.',
            type: 'boolean',
          },
          name: {
            description: 'The login. Absent without one.',
            type: 'string',
          },
          until: {
            description:
              'When the session of the request ends. Absent for a request with another login or none.',
            type: 'string',
          },
        },
        required: ['logins', 'allowed'],
        type: 'object',
      },
      Manifest: {
        properties: {
          digest: {
            type: 'string',
          },
          mediaType: {
            type: 'string',
          },
          format: {
            enum: ['docker', 'oci'],
            type: 'string',
          },
          kind: {
            type: 'string',
          },
          purpose: {
            description:
              'What the manifest is for, such as `image`, `index`, `signature` or `helm-chart`.',
            type: 'string',
          },
          size: {
            description: 'The bytes of the manifest itself.',
            type: 'number',
          },
          totalBytes: {
            description: 'The bytes of the manifest and of all that it names, each content once.',
            type: 'number',
          },
          config: {
            $ref: '#/components/schemas/Descriptor',
          },
          image: {
            description: 'Present for an image whose config can be read.',
            $ref: '#/components/schemas/Image',
          },
          configProblem: {
            description: 'Why the config cannot be read.',
            enum: ['missing', 'too-large', 'invalid'],
            type: 'string',
          },
          layers: {
            items: {
              $ref: '#/components/schemas/Layer',
            },
            type: 'array',
          },
          entries: {
            description: 'The manifests that an index lists.',
            items: {
              $ref: '#/components/schemas/Entry',
            },
            type: 'array',
          },
          artifactType: {
            type: 'string',
          },
          annotations: {
            additionalProperties: {
              type: 'string',
            },
            type: 'object',
          },
          subject: {
            $ref: '#/components/schemas/Descriptor',
          },
          pulls: {
            description: 'How often it was pulled.',
            type: 'number',
          },
          lastPulledAt: {
            type: 'string',
          },
        },
        required: [
          'digest',
          'mediaType',
          'format',
          'kind',
          'purpose',
          'size',
          'totalBytes',
          'layers',
          'entries',
          'pulls',
        ],
        type: 'object',
      },
      Matrix: {
        properties: {
          people: {
            description: 'At most 8.',
            items: {
              $ref: '#/components/schemas/Person',
            },
            type: 'array',
          },
          morePeople: {
            description: 'How many people the answer leaves out.',
            type: 'number',
          },
          repositories: {
            items: {
              $ref: '#/components/schemas/MatrixRow',
            },
            type: 'array',
          },
          next: {
            description: 'The cursor of the next page. Absent on the last page.',
            type: 'string',
          },
        },
        required: ['people', 'morePeople', 'repositories'],
        type: 'object',
      },
      MatrixRow: {
        properties: {
          repository: {
            type: 'string',
          },
          rights: {
            description: 'For each of the people, in their order.',
            items: {
              $ref: '#/components/schemas/PersonRights',
            },
            type: 'array',
          },
        },
        required: ['repository', 'rights'],
        type: 'object',
      },
      Me: {
        properties: {
          name: {
            description: 'The login. Absent without a login.',
            type: 'string',
          },
          groups: {
            description: 'Groups that the issuer of the login names.',
            items: {
              type: 'string',
            },
            type: 'array',
          },
          robot: {
            description: "Whether the login is a robot's.",
            type: 'boolean',
          },
          admin: {
            description:
              'Whether the caller may use the parts of the API that concern the whole registry.',
            type: 'boolean',
          },
          readOnly: {
            description: 'Whether the registry refuses pushes and deletions now.',
            type: 'boolean',
          },
        },
        required: ['groups', 'robot', 'admin', 'readOnly'],
        type: 'object',
      },
      MirrorBytes: {
        properties: {
          cache: {
            description: 'Those that clients got from the storage.',
            type: 'number',
          },
          upstream: {
            description: 'Those that the other registry sent.',
            type: 'number',
          },
        },
        required: ['cache', 'upstream'],
        type: 'object',
      },
      Mirror: {
        properties: {
          name: {
            description: "The first part of its repositories' names.",
            type: 'string',
          },
          url: {
            description: 'The other registry.',
            type: 'string',
          },
          content: {
            enum: ['private', 'public'],
            type: 'string',
          },
          state: {
            description:
              '`ok`; `resting`: the other registry failed and is not asked for a while; `offline`: it is never asked.',
            enum: ['offline', 'ok', 'resting'],
            type: 'string',
          },
          restingSeconds: {
            description: 'For how many more seconds it is not asked; 0 if it is.',
            type: 'number',
          },
          downloads: {
            description: 'How many downloads of blobs run or wait.',
            type: 'number',
          },
          lastAnswerAt: {
            description: 'When the other registry last answered. Absent if it was not asked yet.',
            type: 'string',
          },
          lastError: {
            description: 'Why it last did not answer. Absent if it always did.',
            $ref: '#/components/schemas/UpstreamError',
          },
          limit: {
            description: 'Absent if the other registry says nothing of a limit.',
            $ref: '#/components/schemas/PullLimit',
          },
          requests: {
            $ref: '#/components/schemas/MirrorRequests',
          },
          bytes: {
            $ref: '#/components/schemas/MirrorBytes',
          },
          keep: {
            $ref: '#/components/schemas/Kept',
          },
          cached: {
            description: 'Absent before the first collection.',
            $ref: '#/components/schemas/Cached',
          },
          pins: {
            description:
              'Patterns of tags that are always kept, by their names in the other registry.',
            items: {
              type: 'string',
            },
            type: 'array',
          },
          warm: {
            description: 'Absent if the mirrors file names nothing to fetch.',
            $ref: '#/components/schemas/Warm',
          },
        },
        required: [
          'name',
          'url',
          'content',
          'state',
          'restingSeconds',
          'downloads',
          'requests',
          'bytes',
          'keep',
          'pins',
        ],
        type: 'object',
      },
      MirrorReasons: {
        properties: {
          name: {
            description: 'The repository by its name here.',
            type: 'string',
          },
          repository: {
            description: 'The repository by its name in the other registry.',
            type: 'string',
          },
          tag: {
            type: 'string',
          },
          allowed: {
            description: 'Whether the mirrors file lets clients have it.',
            type: 'boolean',
          },
          offline: {
            type: 'boolean',
          },
          fetch: {
            description:
              'Who may cause a question to the other registry. Absent: everybody who may pull.',
            items: {
              type: 'string',
            },
            type: 'array',
          },
          stored: {
            description: 'Absent if it is not stored.',
            $ref: '#/components/schemas/StoredTag',
          },
          lastAnswer: {
            description: 'Absent if this process has none.',
            $ref: '#/components/schemas/LastAnswer',
          },
          pins: {
            description: 'The entries of `pin` that name it.',
            items: {
              type: 'string',
            },
            type: 'array',
          },
          warm: {
            description: 'The entries of `warm` that name it.',
            items: {
              type: 'string',
            },
            type: 'array',
          },
          sentences: {
            description: 'All of it for people, and what the next pull gets.',
            items: {
              type: 'string',
            },
            type: 'array',
          },
        },
        required: ['name', 'repository', 'tag', 'allowed', 'offline', 'pins', 'warm', 'sentences'],
        type: 'object',
      },
      MirrorRequests: {
        properties: {
          hit: {
            description: 'With what is stored.',
            type: 'number',
          },
          confirmed: {
            description: 'With what is stored, or to HEAD, after a question that is not a pull.',
            type: 'number',
          },
          fetched: {
            description: 'With something that was fetched.',
            type: 'number',
          },
          stale: {
            description: 'With what is stored, because the other registry failed.',
            type: 'number',
          },
          missing: {
            description: 'With 404.',
            type: 'number',
          },
          limited: {
            description: 'With 429, because the other registry limits requests.',
            type: 'number',
          },
          failed: {
            description: 'With 503.',
            type: 'number',
          },
        },
        required: ['hit', 'confirmed', 'fetched', 'stale', 'missing', 'limited', 'failed'],
        type: 'object',
      },
      Mirrors: {
        properties: {
          mirrors: {
            items: {
              $ref: '#/components/schemas/Mirror',
            },
            type: 'array',
          },
        },
        required: ['mirrors'],
        type: 'object',
      },
      NewRobot: {
        properties: {
          name: {
            description: 'What people call the robot.',
            minLength: 1,
            maxLength: 100,
            type: 'string',
          },
          grants: {
            minItems: 1,
            maxItems: 50,
            items: {
              $ref: '#/components/schemas/Grant',
            },
            type: 'array',
          },
          expiresInDays: {
            description: 'After how many days the token expires. Without it, the token never does.',
            type: 'number',
            minimum: 1,
            maximum: 9999,
          },
        },
        required: ['name', 'grants'],
        type: 'object',
      },
      NewSession: {
        properties: {
          name: {
            description: 'The name of a user. Any name goes with a token.',
            maxLength: 256,
            type: 'string',
          },
          password: {
            description:
              'The password of the user, or a token of a robot or of the configured issuer.',
            maxLength: 32768,
            type: 'string',
          },
        },
        required: ['name', 'password'],
        type: 'object',
      },
      NewTag: {
        properties: {
          digest: {
            description: 'The digest of a manifest of the same repository.',
            maxLength: 150,
            type: 'string',
          },
        },
        required: ['digest'],
        type: 'object',
      },
      OwnRights: {
        properties: {
          rights: {
            description: 'Absent if the host of the registry decides each case.',
            items: {
              $ref: '#/components/schemas/GivenRight',
            },
            type: 'array',
          },
        },
        type: 'object',
      },
      Pass: {
        properties: {
          result: {
            enum: ['complete', 'failed', 'stopped'],
            type: 'string',
          },
          endedAt: {
            type: 'string',
          },
          milliseconds: {
            type: 'number',
          },
          freedBytes: {
            description: 'How many bytes it freed.',
            type: 'number',
          },
        },
        required: ['result', 'endedAt', 'milliseconds', 'freedBytes'],
        type: 'object',
      },
      Person: {
        properties: {
          name: {
            description: 'The login. `anonymous` stands for clients without a login.',
            type: 'string',
          },
          admin: {
            type: 'boolean',
          },
        },
        required: ['name', 'admin'],
        type: 'object',
      },
      PersonRights: {
        properties: {
          actions: {
            items: {
              enum: ['push', 'pull', 'delete'],
              type: 'string',
            },
            type: 'array',
          },
          because: {
            description: 'The rules that allow it.',
            items: {
              type: 'string',
            },
            type: 'array',
          },
        },
        required: ['actions', 'because'],
        type: 'object',
      },
      Ping: {
        properties: {
          delivered: {
            type: 'boolean',
          },
          status: {
            description: 'The status of the answer. Absent without an answer.',
            type: 'number',
          },
          milliseconds: {
            type: 'number',
          },
          result: {
            description: '`delivered`, or why not.',
            type: 'string',
          },
        },
        required: ['delivered', 'milliseconds', 'result'],
        type: 'object',
      },
      PullLimit: {
        properties: {
          left: {
            type: 'number',
          },
          limit: {
            description: 'How many it allows in all for a while. Absent if it does not say.',
            type: 'number',
          },
          at: {
            description: 'When it said so.',
            type: 'string',
          },
        },
        required: ['left', 'at'],
        type: 'object',
      },
      Reason: {
        properties: {
          repository: {
            type: 'string',
          },
          kind: {
            enum: ['manifests', 'blobs', 'referrers'],
            type: 'string',
          },
          chain: {
            description:
              'The path from a tag, or from a kept untagged manifest. Empty if nothing reaches the content.',
            items: {
              type: 'string',
            },
            type: 'array',
          },
          lastUsedAt: {
            type: 'string',
          },
        },
        required: ['repository', 'kind', 'chain', 'lastUsedAt'],
        type: 'object',
      },
      Reasons: {
        properties: {
          digest: {
            type: 'string',
          },
          reasons: {
            items: {
              $ref: '#/components/schemas/Reason',
            },
            type: 'array',
          },
        },
        required: ['digest', 'reasons'],
        type: 'object',
      },
      Redeliver: {
        properties: {
          id: {
            description: 'The id of a dead letter. All dead letters without it.',
            maxLength: 100,
            type: 'string',
          },
        },
        type: 'object',
      },
      Redelivery: {
        properties: {
          events: {
            type: 'number',
          },
        },
        required: ['events'],
        type: 'object',
      },
      Referrer: {
        properties: {
          mediaType: {
            type: 'string',
          },
          digest: {
            type: 'string',
          },
          size: {
            description: 'In bytes, as stored.',
            type: 'number',
          },
          artifactType: {
            type: 'string',
          },
          annotations: {
            additionalProperties: {
              type: 'string',
            },
            type: 'object',
          },
          purpose: {
            type: 'string',
          },
          files: {
            description: 'Its files, at most 20. Only with all that is known of an image.',
            items: {
              $ref: '#/components/schemas/Layer',
            },
            type: 'array',
          },
          referrers: {
            description: 'What refers to this referrer.',
            items: {
              $ref: '#/components/schemas/Referrer',
            },
            type: 'array',
          },
        },
        required: ['mediaType', 'digest', 'size', 'purpose', 'referrers'],
        type: 'object',
      },
      Referrers: {
        properties: {
          referrers: {
            items: {
              $ref: '#/components/schemas/Referrer',
            },
            type: 'array',
          },
          more: {
            description: 'Whether there are more than 200, or deeper ones than four levels.',
            type: 'boolean',
          },
        },
        required: ['referrers', 'more'],
        type: 'object',
      },
      Refreshed: {
        properties: {
          repository: {
            description: 'The repository by its name in the other registry.',
            type: 'string',
          },
          tag: {
            type: 'string',
          },
          outcome: {
            description:
              'Compares to what was stored: `new` if nothing was, `gone` if the other registry does not have the tag.',
            enum: ['gone', 'same', 'moved', 'new'],
            type: 'string',
          },
          digest: {
            description: 'What the tag points to. Absent if it is gone.',
            type: 'string',
          },
          previous: {
            description: 'What the stored tag pointed to before, if that is something else.',
            type: 'string',
          },
        },
        required: ['repository', 'tag', 'outcome'],
        type: 'object',
      },
      RegistryEvent: {
        properties: {
          id: {
            description: 'Sortable by time.',
            type: 'string',
          },
          time: {
            type: 'string',
          },
          repository: {
            description: 'Absent for events of the whole registry, which administrators see.',
            type: 'string',
          },
          data: {
            $ref: '#/components/schemas/EventData',
          },
          origin: {
            description: 'The request that caused the event. Only for administrators.',
            $ref: '#/components/schemas/EventOrigin',
          },
          type: {
            type: 'string',
          },
        },
        required: ['id', 'type', 'time', 'data'],
        type: 'object',
      },
      RemoteTag: {
        properties: {
          repository: {
            description:
              'The repository by its name in the other registry, such as `library/alpine`.',
            maxLength: 255,
            type: 'string',
          },
          tag: {
            maxLength: 128,
            type: 'string',
          },
        },
        required: ['repository', 'tag'],
        type: 'object',
      },
      Removal: {
        properties: {
          manifests: {
            items: {
              $ref: '#/components/schemas/ConcernedManifest',
            },
            type: 'array',
          },
          entries: {
            description:
              'The entries of removed indexes that nothing else leads to. They are best removed after their index.',
            items: {
              type: 'string',
            },
            type: 'array',
          },
          bytes: {
            description: 'The bytes that leave the repository with the next collections.',
            type: 'number',
          },
          freedBytes: {
            description:
              'The bytes of those that no other repository has. Only for administrators.',
            type: 'number',
          },
          graceMs: {
            description: 'How long content stays after its last use, in milliseconds.',
            type: 'number',
          },
          intervalMs: {
            description: 'How often garbage is collected, in milliseconds. 0: only by hand.',
            type: 'number',
          },
          keepsUntagged: {
            description: 'Whether manifests without a tag are kept.',
            type: 'boolean',
          },
        },
        required: ['manifests', 'entries', 'bytes', 'graceMs', 'intervalMs', 'keepsUntagged'],
        type: 'object',
      },
      RemovedManifest: {
        properties: {
          digest: {
            type: 'string',
          },
          tags: {
            description: 'The tags that pointed to it, which were removed as well.',
            items: {
              type: 'string',
            },
            type: 'array',
          },
        },
        required: ['digest', 'tags'],
        type: 'object',
      },
      RemovedRepository: {
        properties: {
          repository: {
            type: 'string',
          },
          manifests: {
            description: 'How many manifests were removed, with all tags.',
            type: 'number',
          },
          freed: {
            description: 'What happens to the bytes.',
            type: 'string',
          },
        },
        required: ['repository', 'manifests', 'freed'],
        type: 'object',
      },
      RemovedTag: {
        properties: {
          tag: {
            type: 'string',
          },
          digest: {
            description:
              'The manifest that the tag pointed to. It stays until a collection finds it unreachable.',
            type: 'string',
          },
          otherTags: {
            description: 'Other tags that point to the same manifest. They stay.',
            items: {
              type: 'string',
            },
            type: 'array',
          },
          manifest: {
            description: 'What happens to the manifest.',
            type: 'string',
          },
        },
        required: ['tag', 'digest', 'otherTags', 'manifest'],
        type: 'object',
      },
      Repositories: {
        properties: {
          repositories: {
            items: {
              $ref: '#/components/schemas/Repository',
            },
            type: 'array',
          },
          folders: {
            description:
              'All folders of the level, by their names. Only on the first page of one level of a tree.',
            items: {
              $ref: '#/components/schemas/RepositoryFolder',
            },
            type: 'array',
          },
          next: {
            description: 'The cursor of the next page. Absent on the last page.',
            type: 'string',
          },
          asOf: {
            description: 'No figure of the page is older.',
            type: 'string',
          },
        },
        required: ['repositories', 'asOf'],
        type: 'object',
      },
      RepositoryChange: {
        properties: {
          at: {
            type: 'string',
          },
          by: {
            description:
              'The login of the client. Absent for an anonymous client, or if it is unknown.',
            type: 'string',
          },
          digest: {
            description: 'The manifest that the tag was set to. Absent if the tag was removed.',
            type: 'string',
          },
          previous: {
            description: 'The manifest that the tag pointed to before.',
            type: 'string',
          },
          restorable: {
            description:
              'Whether the manifest still exists, so that the tag can be set to it again.',
            type: 'boolean',
          },
          tag: {
            type: 'string',
          },
          now: {
            description: 'What the tag points to now. Absent if it does not exist.',
            type: 'string',
          },
        },
        required: ['at', 'restorable', 'tag'],
        type: 'object',
      },
      Repository: {
        properties: {
          name: {
            type: 'string',
          },
          mirror: {
            description: 'The mirror that it belongs to. Absent for others.',
            type: 'string',
          },
          tags: {
            description: 'The number of tags.',
            type: 'number',
          },
          manifests: {
            type: 'number',
          },
          blobs: {
            type: 'number',
          },
          logicalBytes: {
            description: 'The bytes of its manifests and blobs.',
            type: 'number',
          },
          uniqueBytes: {
            description: 'Bytes that no other repository has. Only administrators see them.',
            type: 'number',
          },
          sharedBytes: {
            description:
              'Bytes of blobs that other repositories have as well. Only administrators see them.',
            type: 'number',
          },
          lastPushedAt: {
            description: 'When one of the tags was last set. Absent without tags.',
            type: 'string',
          },
          lastPushedBy: {
            description:
              'The login that set it then. Absent for an anonymous client, or if it is unknown.',
            type: 'string',
          },
          recentPulls: {
            description: 'How many manifests clients pulled in the last 30 days.',
            type: 'number',
          },
          pullsByDay: {
            description: 'The pulls of each of these days in UTC, the oldest first and today last.',
            items: {
              type: 'number',
            },
            type: 'array',
          },
          countedAt: {
            description: 'When the figures of its content were counted.',
            type: 'string',
          },
        },
        required: ['name', 'recentPulls', 'pullsByDay'],
        type: 'object',
      },
      RepositoryFolder: {
        properties: {
          name: {
            description: 'What their names begin with, such as `team/`.',
            type: 'string',
          },
          repositories: {
            description: 'How many of them the caller may pull.',
            type: 'number',
          },
          logicalBytes: {
            description:
              'The bytes of those that were counted. What repositories share counts in each.',
            type: 'number',
          },
        },
        required: ['name', 'repositories', 'logicalBytes'],
        type: 'object',
      },
      RepositoryHistory: {
        properties: {
          changes: {
            items: {
              $ref: '#/components/schemas/RepositoryChange',
            },
            type: 'array',
          },
          next: {
            description: 'The cursor of the next page. Absent on the last page.',
            type: 'string',
          },
          rights: {
            description: 'What the caller may do in the repository.',
            $ref: '#/components/schemas/RepositoryRights',
          },
        },
        required: ['changes', 'rights'],
        type: 'object',
      },
      RepositoryRights: {
        properties: {
          push: {
            description: 'Whether the caller may push and set tags.',
            type: 'boolean',
          },
          delete: {
            description: 'Whether the caller may delete.',
            type: 'boolean',
          },
        },
        required: ['push', 'delete'],
        type: 'object',
      },
      Retry: {
        properties: {
          id: {
            type: 'string',
          },
          repository: {
            type: 'string',
          },
          attempts: {
            type: 'number',
          },
          nextAt: {
            type: 'string',
          },
          result: {
            description: 'How the last attempt ended.',
            type: 'string',
          },
          type: {
            type: 'string',
          },
        },
        required: ['id', 'type', 'attempts', 'nextAt', 'result'],
        type: 'object',
      },
      Robot: {
        properties: {
          id: {
            type: 'string',
          },
          name: {
            description: 'What people call the robot. Absent for robots of older versions.',
            type: 'string',
          },
          grants: {
            items: {
              $ref: '#/components/schemas/Grant',
            },
            type: 'array',
          },
          createdAt: {
            type: 'string',
          },
          createdBy: {
            description: 'The login that created the robot. Absent if the command line did.',
            type: 'string',
          },
          expiresAt: {
            description: 'When the token expires. Absent if it never does.',
            type: 'string',
          },
          expired: {
            description: 'Whether the token has expired.',
            type: 'boolean',
          },
          lastUsedAt: {
            description:
              'When the token was last used, at most an hour too early. Absent before its first use.',
            type: 'string',
          },
        },
        required: ['id', 'grants', 'createdAt', 'expired'],
        type: 'object',
      },
      Robots: {
        properties: {
          robots: {
            items: {
              $ref: '#/components/schemas/Robot',
            },
            type: 'array',
          },
        },
        required: ['robots'],
        type: 'object',
      },
      Rule: {
        properties: {
          line: {
            description: 'The line at which the rule begins.',
            type: 'number',
          },
          repositories: {
            items: {
              type: 'string',
            },
            type: 'array',
          },
          who: {
            description:
              'Users, `group:NAME`, `authenticated` for all logins, or `anonymous` for everybody.',
            items: {
              type: 'string',
            },
            type: 'array',
          },
          can: {
            items: {
              enum: ['push', 'pull', 'delete'],
              type: 'string',
            },
            type: 'array',
          },
        },
        required: ['line', 'repositories', 'who', 'can'],
        type: 'object',
      },
      Rules: {
        properties: {
          description: {
            description: 'What the access control rests on, in a sentence.',
            type: 'string',
          },
          files: {
            items: {
              $ref: '#/components/schemas/AccessFile',
            },
            type: 'array',
          },
          admins: {
            description: 'Users and groups who may use all of the API.',
            items: {
              type: 'string',
            },
            type: 'array',
          },
          groups: {
            items: {
              $ref: '#/components/schemas/Group',
            },
            type: 'array',
          },
          rules: {
            description: 'Empty without an access file.',
            items: {
              $ref: '#/components/schemas/Rule',
            },
            type: 'array',
          },
        },
        required: ['description', 'files', 'admins', 'groups', 'rules'],
        type: 'object',
      },
      Session: {
        properties: {
          name: {
            description: 'The login.',
            type: 'string',
          },
          until: {
            description: 'When the session ends, unless a logout ends it before.',
            type: 'string',
          },
        },
        required: ['until'],
        type: 'object',
      },
      SetTag: {
        properties: {
          tag: {
            type: 'string',
          },
          digest: {
            type: 'string',
          },
          previous: {
            description: 'The manifest that the tag pointed to before. Absent if it did not exist.',
            type: 'string',
          },
        },
        required: ['tag', 'digest'],
        type: 'object',
      },
      Setting: {
        properties: {
          variable: {
            description: 'The environment variable of the setting.',
            type: 'string',
          },
          section: {
            description: 'The section of the documentation that the setting belongs to.',
            type: 'string',
          },
          value: {
            description: 'The value as a person would write it. Secrets are masked.',
            type: 'string',
          },
          default: {
            description: 'The value if nobody sets it.',
            type: 'string',
          },
          origin: {
            description: 'Where the value comes from.',
            enum: ['environment', 'file', 'program', 'default'],
            type: 'string',
          },
          summary: {
            description: 'What the setting is for.',
            type: 'string',
          },
        },
        required: ['variable', 'section', 'value', 'default', 'origin', 'summary'],
        type: 'object',
      },
      Settings: {
        properties: {
          settings: {
            items: {
              $ref: '#/components/schemas/Setting',
            },
            type: 'array',
          },
          version: {
            $ref: '#/components/schemas/Version',
          },
          access: {
            $ref: '#/components/schemas/AccessControl',
          },
        },
        required: ['settings', 'version', 'access'],
        type: 'object',
      },
      SharedLayer: {
        properties: {
          digest: {
            type: 'string',
          },
          repositories: {
            description:
              'At most 100. If there are many repositories, some of them may be missing.',
            items: {
              type: 'string',
            },
            type: 'array',
          },
        },
        required: ['digest', 'repositories'],
        type: 'object',
      },
      ShownImage: {
        properties: {
          manifest: {
            $ref: '#/components/schemas/Manifest',
          },
          platform: {
            description: 'Absent for an image that is not part of an index.',
            type: 'string',
          },
          steps: {
            description:
              'The steps of its build, the oldest first. Empty if the history does not describe its layers.',
            items: {
              $ref: '#/components/schemas/Step',
            },
            type: 'array',
          },
          shared: {
            description: 'The layers that other repositories have as well.',
            items: {
              $ref: '#/components/schemas/SharedLayer',
            },
            type: 'array',
          },
          referrers: {
            description:
              'The referrers of an image of an index. Absent for an image that is not part of one.',
            $ref: '#/components/schemas/Referrers',
          },
        },
        required: ['manifest', 'steps', 'shared'],
        type: 'object',
      },
      Started: {
        properties: {
          started: {
            type: 'boolean',
          },
        },
        required: ['started'],
        type: 'object',
      },
      Step: {
        properties: {
          command: {
            type: 'string',
          },
          comment: {
            type: 'string',
          },
          created: {
            type: 'string',
          },
          layer: {
            description: 'The layer that the step made, counted from 0. Absent if it made none.',
            type: 'number',
          },
        },
        type: 'object',
      },
      Storage: {
        properties: {
          description: {
            description: 'Where the data are.',
            type: 'string',
          },
          freeBytes: {
            description: 'The bytes that can still be stored. Absent where that is not known.',
            type: 'number',
          },
          asOf: {
            description: 'When the figures were counted.',
            type: 'string',
          },
          totals: {
            $ref: '#/components/schemas/Totals',
          },
          savedBytes: {
            description: 'The bytes that are saved because shared blobs are stored once.',
            type: 'number',
          },
          growth: {
            description: 'Earlier totals, the oldest first.',
            items: {
              $ref: '#/components/schemas/GrowthPoint',
            },
            type: 'array',
          },
        },
        required: ['description', 'growth'],
        type: 'object',
      },
      StorageOverview: {
        properties: {
          storage: {
            description: 'The storage as a whole. Only for administrators.',
            $ref: '#/components/schemas/Storage',
          },
          repositories: {
            description:
              'The repositories that take the most, of those from which the caller may pull. For administrators by what their removal frees.',
            items: {
              $ref: '#/components/schemas/LargestRepository',
            },
            type: 'array',
          },
          blobs: {
            $ref: '#/components/schemas/LargestBlobs',
          },
        },
        required: ['repositories', 'blobs'],
        type: 'object',
      },
      StoredTag: {
        properties: {
          digest: {
            type: 'string',
          },
          since: {
            description: 'When it was last set.',
            type: 'string',
          },
          lastPulledAt: {
            description: 'Absent if its manifest was never pulled.',
            type: 'string',
          },
        },
        required: ['digest', 'since'],
        type: 'object',
      },
      TagChange: {
        properties: {
          at: {
            type: 'string',
          },
          by: {
            description:
              'The login of the client. Absent for an anonymous client, or if it is unknown.',
            type: 'string',
          },
          digest: {
            description: 'The manifest that the tag was set to. Absent if the tag was removed.',
            type: 'string',
          },
          previous: {
            description: 'The manifest that the tag pointed to before.',
            type: 'string',
          },
          restorable: {
            description:
              'Whether the manifest still exists, so that the tag can be set to it again.',
            type: 'boolean',
          },
        },
        required: ['at', 'restorable'],
        type: 'object',
      },
      Tag: {
        properties: {
          name: {
            type: 'string',
          },
          digest: {
            description: 'The digest of the manifest that the tag points to.',
            type: 'string',
          },
          mediaType: {
            type: 'string',
          },
          purpose: {
            description: 'What the manifest is for.',
            type: 'string',
          },
          platforms: {
            description: 'The platforms of the image, such as `linux/arm64/v8`.',
            items: {
              type: 'string',
            },
            type: 'array',
          },
          totalBytes: {
            description: 'The bytes of the manifest and of all that it names, each content once.',
            type: 'number',
          },
          pushedAt: {
            description: 'When the tag was last set.',
            type: 'string',
          },
          pushedBy: {
            description:
              'The login that last set the tag. Absent for an anonymous client, or if it is unknown.',
            type: 'string',
          },
          previous: {
            description:
              'The manifest that the tag pointed to before. Absent for a new tag, or if it is unknown.',
            type: 'string',
          },
          pulls: {
            description: 'How often the manifest was pulled, by this tag or otherwise.',
            type: 'number',
          },
          lastPulledAt: {
            description:
              'When the manifest, or a manifest of its index, was last pulled. Absent if it never was.',
            type: 'string',
          },
        },
        required: [
          'name',
          'digest',
          'mediaType',
          'purpose',
          'platforms',
          'totalBytes',
          'pushedAt',
          'pulls',
        ],
        type: 'object',
      },
      TagHistory: {
        properties: {
          changes: {
            items: {
              $ref: '#/components/schemas/TagChange',
            },
            type: 'array',
          },
        },
        required: ['changes'],
        type: 'object',
      },
      Tags: {
        properties: {
          tags: {
            items: {
              $ref: '#/components/schemas/Tag',
            },
            type: 'array',
          },
          next: {
            description: 'The cursor of the next page. Absent on the last page.',
            type: 'string',
          },
        },
        required: ['tags'],
        type: 'object',
      },
      Totals: {
        properties: {
          repositories: {
            type: 'number',
          },
          manifests: {
            type: 'number',
          },
          logicalBytes: {
            description: 'The bytes of all repositories, where a shared blob counts in each.',
            type: 'number',
          },
          storedBytes: {
            description: 'The bytes that the storage holds, where a shared blob counts once.',
            type: 'number',
          },
        },
        required: ['repositories', 'manifests', 'logicalBytes', 'storedBytes'],
        type: 'object',
      },
      Untagged: {
        properties: {
          manifests: {
            items: {
              $ref: '#/components/schemas/UntaggedManifest',
            },
            type: 'array',
          },
          more: {
            description: 'Whether there are more than those listed.',
            type: 'boolean',
          },
          next: {
            description: 'The cursor of the next page. Absent on the last page.',
            type: 'string',
          },
        },
        required: ['manifests', 'more'],
        type: 'object',
      },
      UntaggedManifest: {
        properties: {
          digest: {
            type: 'string',
          },
          mediaType: {
            type: 'string',
          },
          purpose: {
            type: 'string',
          },
          size: {
            type: 'number',
          },
          totalBytes: {
            type: 'number',
          },
          platforms: {
            description: 'The platforms of the image, such as `linux/arm64/v8`.',
            items: {
              type: 'string',
            },
            type: 'array',
          },
          artifactType: {
            type: 'string',
          },
          subject: {
            description: 'The manifest that it refers to. Referrers are usually untagged.',
            type: 'string',
          },
          subjectTags: {
            description: 'The tags of the subject. Absent if the repository does not have it.',
            items: {
              type: 'string',
            },
            type: 'array',
          },
          kept: {
            description:
              'Why it is kept: its subject exists, an index without a tag lists it, by REGISTRY_GC_UNTAGGED, or only for the grace period.',
            enum: ['index', 'subject', 'rule', 'grace'],
            type: 'string',
          },
        },
        required: ['digest', 'mediaType', 'purpose', 'size', 'totalBytes', 'platforms', 'kept'],
        type: 'object',
      },
      Upload: {
        properties: {
          id: {
            type: 'string',
          },
          repository: {
            type: 'string',
          },
          receivedBytes: {
            description: 'How many bytes the registry has.',
            type: 'number',
          },
        },
        required: ['id', 'repository', 'receivedBytes'],
        type: 'object',
      },
      Uploads: {
        properties: {
          uploads: {
            items: {
              $ref: '#/components/schemas/Upload',
            },
            type: 'array',
          },
          more: {
            description: 'Whether there are more than those listed.',
            type: 'boolean',
          },
        },
        required: ['uploads', 'more'],
        type: 'object',
      },
      UpstreamError: {
        properties: {
          at: {
            type: 'string',
          },
          message: {
            description: 'A sentence.',
            type: 'string',
          },
        },
        required: ['at', 'message'],
        type: 'object',
      },
      ValueChange: {
        properties: {
          name: {
            type: 'string',
          },
          change: {
            enum: ['removed', 'changed', 'added'],
            type: 'string',
          },
          a: {
            type: 'string',
          },
          b: {
            type: 'string',
          },
        },
        required: ['name', 'change'],
        type: 'object',
      },
      Version: {
        properties: {
          version: {
            description: 'The version of Berth.',
            type: 'string',
          },
          node: {
            description: 'The version of Node.js.',
            type: 'string',
          },
          api: {
            description: 'The version of this API, as in its paths.',
            type: 'string',
          },
          specification: {
            description: 'The version of the OCI Distribution Specification.',
            type: 'string',
          },
        },
        required: ['version', 'node', 'api', 'specification'],
        type: 'object',
      },
      Warm: {
        properties: {
          everySeconds: {
            description: 'How often. 0: only on demand.',
            type: 'number',
          },
          images: {
            description: 'Patterns of tags, by their names in the other registry.',
            items: {
              type: 'string',
            },
            type: 'array',
          },
          platforms: {
            description: 'Empty: all platforms.',
            items: {
              type: 'string',
            },
            type: 'array',
          },
          last: {
            description:
              'The last run for all these images, by any process. Absent before the first one.',
            $ref: '#/components/schemas/WarmRun',
          },
        },
        required: ['everySeconds', 'images', 'platforms'],
        type: 'object',
      },
      WarmFailure: {
        properties: {
          image: {
            description: 'By its name in the other registry.',
            type: 'string',
          },
          reason: {
            description: 'A sentence.',
            type: 'string',
          },
        },
        required: ['image', 'reason'],
        type: 'object',
      },
      WarmRun: {
        properties: {
          startedAt: {
            type: 'string',
          },
          endedAt: {
            description: 'Absent while it goes on, and if it was interrupted.',
            type: 'string',
          },
          manifests: {
            description: 'How many manifests were stored, or had been before.',
            type: 'number',
          },
          failed: {
            description: 'The first 12 images that failed.',
            items: {
              $ref: '#/components/schemas/WarmFailure',
            },
            type: 'array',
          },
        },
        required: ['startedAt', 'manifests', 'failed'],
        type: 'object',
      },
      Webhook: {
        properties: {
          name: {
            type: 'string',
          },
          url: {
            description: 'The URL without login and query, which may be secret.',
            type: 'string',
          },
          format: {
            enum: ['cloudevents', 'distribution'],
            type: 'string',
          },
          state: {
            description:
              '`active`; `failing`: some events are tried again later; `paused`: the receiver asked to wait; `gone`: it answered 410.',
            enum: ['gone', 'active', 'failing', 'paused'],
            type: 'string',
          },
          pending: {
            description: 'How many events wait; 10000 stands for more.',
            type: 'number',
          },
          oldestSeconds: {
            description: 'The age of the oldest event that waits.',
            type: 'number',
          },
          dead: {
            description: 'How many dead letters are kept.',
            type: 'number',
          },
          last: {
            description: 'The last attempt. Absent before the first one.',
            $ref: '#/components/schemas/Attempt',
          },
        },
        required: ['name', 'url', 'format', 'state', 'pending', 'oldestSeconds', 'dead'],
        type: 'object',
      },
      Webhooks: {
        properties: {
          webhooks: {
            items: {
              $ref: '#/components/schemas/Webhook',
            },
            type: 'array',
          },
        },
        required: ['webhooks'],
        type: 'object',
      },
      Problem: {
        description: 'Why a request failed, in the form of RFC 9457.',
        required: ['type', 'title', 'status', 'detail', 'code'],
        properties: {
          title: {
            description: 'The status in words.',
            type: 'string',
          },
          status: {
            type: 'integer',
          },
          detail: {
            description: 'What is wrong.',
            type: 'string',
          },
          code: {
            description: 'The kind of failure, for programs.',
            type: 'string',
          },
          about: {
            description: 'What helps a program or a person.',
          },
          type: {
            type: 'string',
          },
        },
        type: 'object',
      },
    },
    responses: {
      Problem: {
        description: 'The request failed.',
        content: {
          'application/problem+json': {
            schema: {
              $ref: '#/components/schemas/Problem',
            },
          },
        },
      },
    },
    securitySchemes: {
      basic: {
        scheme: 'basic',
        description: 'A login, or the token of a robot.',
        type: 'http',
      },
      bearer: {
        scheme: 'bearer',
        description: 'A token of /v2/_token with the scope registry:api:*, or that of a robot.',
        type: 'http',
      },
      session: {
        in: 'cookie',
        name: 'berth-session',
        description:
          'The cookie of POST /api/v1/session. Its name ends with the port, if that is not the usual one.',
        type: 'apiKey',
      },
    },
  },
};
