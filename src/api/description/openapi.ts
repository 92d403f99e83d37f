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
      name: 'Storage',
      description: 'How many bytes what takes, and why it stays.',
    },
    {
      name: 'Gc',
      description: 'The collector.',
    },
    {
      name: 'Events',
      description: 'What happened, as it happens, and webhooks.',
    },
    {
      name: 'Uploads',
      description: 'Uploads in progress.',
    },
    {
      name: 'Robots',
      description: 'Credentials for programs.',
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
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Findings',
                },
              },
            },
          },
          default: {
            $ref: '#/components/responses/Problem',
          },
        },
        summary:
          'Checks the registry as a client sees it, with the login of the request. Needs an administrator.',
        tags: ['Registry'],
      },
    },
    '/api/v1/gc': {
      get: {
        operationId: 'statusGc',
        parameters: [],
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
        summary: 'Returns every setting with its value and origin. Needs an administrator.',
        tags: ['Registry'],
      },
    },
    '/api/v1/uploads': {
      get: {
        operationId: 'listUploads',
        parameters: [
          {
            name: 'limit',
            required: true,
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
  },
  components: {
    schemas: {
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
          rules: {
            $ref: '#/components/schemas/CollectionRules',
          },
        },
        required: ['running', 'intervalMs', 'rules'],
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
      Finding: {
        properties: {
          text: {
            type: 'string',
          },
          advice: {
            description: 'What to change. Absent if all is well.',
            type: 'string',
          },
        },
        required: ['text'],
        type: 'object',
      },
      Findings: {
        properties: {
          healthy: {
            description: 'Whether nothing has to change.',
            type: 'boolean',
          },
          findings: {
            items: {
              $ref: '#/components/schemas/Finding',
            },
            type: 'array',
          },
        },
        required: ['healthy', 'findings'],
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
            description: 'Whether the registry accepts pushes and deletions now.',
            type: 'boolean',
          },
        },
        required: ['groups', 'robot', 'admin', 'readOnly'],
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
        },
        required: ['settings'],
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
    },
  },
};
