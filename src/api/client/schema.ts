/** The types of the API. Written by build/openapi.ts: change the controllers instead. */
export interface paths {
  readonly '/api/v1/access': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Returns what the caller may do in a repository. */
    readonly get: operations['accessRegistry'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/doctor': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /** Checks the registry as a client sees it, with the login of the request. Needs an administrator. */
    readonly post: operations['examineRegistry'];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/gc': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Returns when the collector ran and runs, and by which rules. */
    readonly get: operations['statusGc'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/gc/plan': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Streams one line of JSON for each thing that a collection would remove now, with the reason and the bytes freed. */
    readonly get: operations['planGc'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/gc/run': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /** Starts a collection. */
    readonly post: operations['runGc'];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/me': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Returns who the caller is. */
    readonly get: operations['meRegistry'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/robots': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Lists the robots. */
    readonly get: operations['listRobots'];
    readonly put?: never;
    /** Creates a robot, and returns its token once. */
    readonly post: operations['createRobots'];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/robots/{id}': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    readonly post?: never;
    /** Revokes a robot: its token is invalid from now on. */
    readonly delete: operations['revokeRobots'];
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/settings': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Returns every setting with its value and origin. Needs an administrator. */
    readonly get: operations['settingsRegistry'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/uploads': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Lists uploads in repositories to which the caller may push. */
    readonly get: operations['listUploads'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/uploads/{id}': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    readonly post?: never;
    /** Ends an upload and deletes its bytes. Needs the right to push to its repository. */
    readonly delete: operations['discardUploads'];
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/version': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Returns the versions of the registry and of what it implements. */
    readonly get: operations['versionRegistry'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    readonly Access: {
      readonly repository: string;
      /** @description Whether the caller may pull, list and look. */
      readonly pull: boolean;
      /** @description Whether the caller may push and set tags. */
      readonly push: boolean;
      /** @description Whether the caller may delete. */
      readonly delete: boolean;
    };
    readonly CollectionRules: {
      /** @description Content that was used within this time stays. In milliseconds. */
      readonly graceMs: number;
      /** @description Whether manifests without a tag stay. */
      readonly keepUntagged: boolean;
      /** @description Uploads without new bytes for this time expire. In milliseconds. */
      readonly uploadTtlMs: number;
    };
    readonly CollectorStatus: {
      readonly running: boolean;
      /** @description Time between two collections, in milliseconds. 0: only on demand. */
      readonly intervalMs: number;
      /** @description When this process tries to collect next. Absent if it does not by itself. */
      readonly nextAt?: string;
      /** @description The last collection of this process. Absent before the first one. */
      readonly last?: components['schemas']['Pass'];
      readonly rules: components['schemas']['CollectionRules'];
    };
    readonly CreatedRobot: {
      readonly id: string;
      /** @description The password of the robot, valid with any user name. */
      readonly token: string;
    };
    readonly DoctorRequest: {
      /** @description Checks to leave out. `push` writes to the repository berth-doctor/probe and deletes it again. */
      readonly leaveOut: readonly string[];
    };
    readonly Finding: {
      readonly text: string;
      /** @description What to change. Absent if all is well. */
      readonly advice?: string;
    };
    readonly Findings: {
      /** @description Whether nothing has to change. */
      readonly healthy: boolean;
      readonly findings: readonly components['schemas']['Finding'][];
    };
    readonly Grant: {
      /** @description A repository, or a pattern such as `team/**`. */
      readonly repositories: string;
      /** @description What the robot may do there. */
      readonly actions: readonly ('push' | 'pull' | 'delete')[];
    };
    readonly Me: {
      /** @description The login. Absent without a login. */
      readonly name?: string;
      /** @description Groups that the issuer of the login names. */
      readonly groups: readonly string[];
      /** @description Whether the login is a robot's. */
      readonly robot: boolean;
      /** @description Whether the caller may use the parts of the API that concern the whole registry. */
      readonly admin: boolean;
      /** @description Whether the registry accepts pushes and deletions now. */
      readonly readOnly: boolean;
    };
    readonly NewRobot: {
      /** @description What people call the robot. */
      readonly name: string;
      readonly grants: readonly components['schemas']['Grant'][];
      /** @description After how many days the token expires. Without it, the token never does. */
      readonly expiresInDays?: number;
    };
    readonly Pass: {
      /** @enum {string} */
      readonly result: 'complete' | 'failed' | 'stopped';
      readonly endedAt: string;
      readonly milliseconds: number;
      /** @description How many bytes it freed. */
      readonly freedBytes: number;
    };
    readonly Robot: {
      readonly id: string;
      /** @description What people call the robot. Absent for robots of older versions. */
      readonly name?: string;
      readonly grants: readonly components['schemas']['Grant'][];
      readonly createdAt: string;
      /** @description The login that created the robot. Absent if the command line did. */
      readonly createdBy?: string;
      /** @description When the token expires. Absent if it never does. */
      readonly expiresAt?: string;
      /** @description Whether the token has expired. */
      readonly expired: boolean;
      /** @description When the token was last used, at most an hour too early. Absent before its first use. */
      readonly lastUsedAt?: string;
    };
    readonly Robots: {
      readonly robots: readonly components['schemas']['Robot'][];
    };
    readonly Setting: {
      /** @description The environment variable of the setting. */
      readonly variable: string;
      /** @description The section of the documentation that the setting belongs to. */
      readonly section: string;
      /** @description The value as a person would write it. Secrets are masked. */
      readonly value: string;
      /** @description The value if nobody sets it. */
      readonly default: string;
      /**
       * @description Where the value comes from.
       * @enum {string}
       */
      readonly origin: 'environment' | 'file' | 'program' | 'default';
      /** @description What the setting is for. */
      readonly summary: string;
    };
    readonly Settings: {
      readonly settings: readonly components['schemas']['Setting'][];
    };
    readonly Started: {
      readonly started: boolean;
    };
    readonly Upload: {
      readonly id: string;
      readonly repository: string;
      /** @description How many bytes the registry has. */
      readonly receivedBytes: number;
    };
    readonly Uploads: {
      readonly uploads: readonly components['schemas']['Upload'][];
      /** @description Whether there are more than those listed. */
      readonly more: boolean;
    };
    readonly Version: {
      /** @description The version of Berth. */
      readonly version: string;
      /** @description The version of Node.js. */
      readonly node: string;
      /** @description The version of this API, as in its paths. */
      readonly api: string;
      /** @description The version of the OCI Distribution Specification. */
      readonly specification: string;
    };
    /** @description Why a request failed, in the form of RFC 9457. */
    readonly Problem: {
      /** @description The status in words. */
      readonly title: string;
      readonly status: number;
      /** @description What is wrong. */
      readonly detail: string;
      /** @description The kind of failure, for programs. */
      readonly code: string;
      /** @description What helps a program or a person. */
      readonly about?: unknown;
      readonly type: string;
    };
  };
  responses: {
    /** @description The request failed. */
    readonly Problem: {
      headers: {
        readonly [name: string]: unknown;
      };
      content: {
        readonly 'application/problem+json': components['schemas']['Problem'];
      };
    };
  };
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  readonly accessRegistry: {
    readonly parameters: {
      readonly query: {
        /** @description The name of a repository, which need not exist. */
        readonly repository: string;
      };
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The answer. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['Access'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly examineRegistry: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody: {
      readonly content: {
        readonly 'application/json': components['schemas']['DoctorRequest'];
      };
    };
    readonly responses: {
      /** @description The answer. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['Findings'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly statusGc: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The answer. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['CollectorStatus'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly planGc: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The answer. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly runGc: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The answer. */
      readonly 202: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['Started'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly meRegistry: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The answer. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['Me'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly listRobots: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The answer. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['Robots'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly createRobots: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody: {
      readonly content: {
        readonly 'application/json': components['schemas']['NewRobot'];
      };
    };
    readonly responses: {
      /** @description The answer. */
      readonly 201: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['CreatedRobot'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly revokeRobots: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @description An id, as the list shows it. */
        readonly id: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Done. */
      readonly 204: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly settingsRegistry: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The answer. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['Settings'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly listUploads: {
    readonly parameters: {
      readonly query: {
        /** @description How many uploads the answer may have. */
        readonly limit: number;
      };
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The answer. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['Uploads'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly discardUploads: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @description An id, as the list shows it. */
        readonly id: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Done. */
      readonly 204: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly versionRegistry: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The answer. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['Version'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
}
