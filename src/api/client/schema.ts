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
  readonly '/api/v1/access/matrix': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Returns what people may do in repositories, and by which rules. Needs an administrator. */
    readonly get: operations['matrixAccess'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/access/own': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Returns all rights of the caller. */
    readonly get: operations['ownAccess'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/access/rules': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Returns the rules of the registry and the states of their files. Needs an administrator. */
    readonly get: operations['rulesAccess'];
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
    /**
     * Checks the registry as a client sees it, with the login of the request. Streams one line of JSON for each finding, with advice if
     *     something has to change; the last line says whether the registry is healthy. Needs an administrator.
     */
    readonly post: operations['examineRegistry'];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/events': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Returns events of repositories that the caller may pull. Administrators also get those of the whole registry. */
    readonly get: operations['listEvents'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/events/stream': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Streams the same events as they happen, as server-sent events. The header `Last-Event-ID` resumes. */
    readonly get: operations['streamEvents'];
    readonly put?: never;
    readonly post?: never;
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
  readonly '/api/v1/mirrors': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Lists the mirrors of the mirrors file, with what each does and has done. */
    readonly get: operations['listMirrors'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/mirrors/{mirror}/refresh': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /** Asks the other registry for a tag now, also if its last answer is fresh, and fetches the manifest if that is new. */
    readonly post: operations['refreshMirrors'];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/mirrors/{mirror}/warm': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /**
     * Fetches images that no client has asked for yet, and stores them. Streams one line of JSON for each manifest that is stored with all
     *     its blobs, and for each image that failed; the last line has both counts. It ends when the client leaves.
     */
    readonly post: operations['warmMirrors'];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/mirrors/{mirror}/why': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Returns what is known of a tag, and what the next pull of it gets. Nothing is asked. */
    readonly get: operations['whyMirrors'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/repositories': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Lists the repositories from which the caller may pull. */
    readonly get: operations['listRepositories'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/repositories/{name}': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Returns a repository with its figures. */
    readonly get: operations['getRepositories'];
    readonly put?: never;
    readonly post?: never;
    /** Deletes a repository with its tags, manifests and uploads. Its blobs are freed by the next collection. */
    readonly delete: operations['removeRepositories'];
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/repositories/{name}/compare': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Returns how two images differ in their layers and configs. */
    readonly get: operations['compareCompare'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/repositories/{name}/compare/files': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Streams one line of JSON for each file that differs, after reading the layers of both images. */
    readonly get: operations['compareFilesCompare'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/repositories/{name}/content/{digest}': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Sends the bytes of a manifest or a blob as a download, also ranges of them. It is not counted as a pull. */
    readonly get: operations['getContent'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/repositories/{name}/history': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Returns the changes of all tags of a repository, also of removed ones. */
    readonly get: operations['historyOfAllTags'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/repositories/{name}/images/{reference}': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Returns all that is known of the image of a tag or a digest: what it is, its layers, who holds it, and its referrers. */
    readonly get: operations['getImages'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/repositories/{name}/manifests/{digest}': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Explains a manifest: its config, its layers with the commands that made them, or the entries of an index. */
    readonly get: operations['getManifests'];
    readonly put?: never;
    readonly post?: never;
    /** Removes a manifest with all tags that point to it, unless an index lists it. */
    readonly delete: operations['removeManifestTagChanges'];
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/repositories/{name}/manifests/{digest}/holders': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Returns the tags and indexes that lead to a manifest. */
    readonly get: operations['holdersManifests'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/repositories/{name}/manifests/{digest}/referrers': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Returns the referrers of a manifest as a tree. */
    readonly get: operations['referrersManifests'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/repositories/{name}/removal': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Says what the removal of tags or manifests would take along, what stays, and how many bytes it would free. Nothing changes. */
    readonly get: operations['removalImages'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/repositories/{name}/tags': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Lists the tags of a repository. */
    readonly get: operations['listTags'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/repositories/{name}/tags/{tag}': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Returns a tag. Its ETag is the digest, for `If-Match` of a change. */
    readonly get: operations['getTags'];
    /** Points a tag to a manifest of the same repository: a new tag, a move, or the way back to an earlier state. */
    readonly put: operations['setTagChanges'];
    readonly post?: never;
    /** Removes a tag alone. Its manifest, and other tags of it, stay. */
    readonly delete: operations['removeTagTagChanges'];
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/repositories/{name}/tags/{tag}/history': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Returns the last changes of a tag, also after its removal. */
    readonly get: operations['historyTags'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/repositories/{name}/untagged': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Lists the manifests that no tag points to, and no tagged index lists, and why they are kept. */
    readonly get: operations['listUntaggedManifests'];
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
  readonly '/api/v1/session': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Returns whether the caller is logged in. Needs no login itself, so that a page knows whether to ask for one. */
    readonly get: operations['getSession'];
    readonly put?: never;
    /** Opens a session for a page, whose browser keeps it in a cookie. */
    readonly post: operations['openSession'];
    /** Ends the session of the request, and does nothing to another login. */
    readonly delete: operations['closeSession'];
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
    /** Returns every setting with its value and origin, the version, and the state of the files of users and rules. Needs an administrator. */
    readonly get: operations['settingsRegistry'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/storage': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Returns the totals of the storage and their growth. Needs an administrator. */
    readonly get: operations['getStorage'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/storage/largest': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Lists the largest blobs of the repositories from which the caller may pull. */
    readonly get: operations['largestStorage'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/storage/overview': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Returns what takes the space, as far as the caller may see it: the totals, and the largest repositories and blobs. */
    readonly get: operations['overviewStorage'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/storage/why/{digest}': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Returns what keeps some content in each repository that has it. Needs an administrator. */
    readonly get: operations['whyStorage'];
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
  readonly '/api/v1/webhooks': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Lists the webhooks, with what waits for each. */
    readonly get: operations['listWebhooks'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/webhooks/{endpoint}/deliveries': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Returns the last deliveries to a webhook, and the events that were not delivered. */
    readonly get: operations['deliveriesWebhooks'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/webhooks/{endpoint}/redeliver': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /** Tries dead letters of a webhook again, from the first attempt on. */
    readonly post: operations['redeliverWebhooks'];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/api/v1/webhooks/{endpoint}/test': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /** Sends an event of the type `dev.berth.ping` to a webhook now, and returns how it was received. */
    readonly post: operations['pingWebhooks'];
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
    readonly AccessControl: {
      /** @description In a sentence. */
      readonly description: string;
      readonly files: readonly components['schemas']['AccessFile'][];
    };
    readonly Access: {
      readonly repository: string;
      /** @description Whether the caller may pull, list and look. */
      readonly pull: boolean;
      /** @description Whether the caller may push and set tags. */
      readonly push: boolean;
      /** @description Whether the caller may delete. */
      readonly delete: boolean;
    };
    readonly AccessFile: {
      /** @enum {string} */
      readonly holds: 'rules' | 'users';
      readonly path: string;
      /** @description Why the present content of the file is not in use. Absent if it is in use. */
      readonly problem?: string;
    };
    readonly Attempt: {
      /** @description The event. */
      readonly id: string;
      readonly at: string;
      readonly milliseconds: number;
      /** @description `delivered`, or why not. */
      readonly result: string;
      readonly type: string;
    };
    readonly Cached: {
      /** @description Those of its manifests and of the blobs that they need. A blob of several repositories is counted once. */
      readonly bytes: number;
      /** @description When they were counted: after a collection. */
      readonly at: string;
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
      /** @description The last collections of all processes, the newest first, as far as their events are kept. */
      readonly recent: readonly components['schemas']['Pass'][];
      readonly rules: components['schemas']['CollectionRules'];
    };
    readonly ComparedLayers: {
      readonly shared: readonly components['schemas']['Layer'][];
      readonly onlyA: readonly components['schemas']['Layer'][];
      readonly onlyB: readonly components['schemas']['Layer'][];
    };
    readonly Comparison: {
      /** @description The digest of the first image. */
      readonly a: string;
      /** @description The digest of the second image. */
      readonly b: string;
      readonly sizeA: number;
      readonly sizeB: number;
      readonly layers: components['schemas']['ComparedLayers'];
      readonly env: readonly components['schemas']['ValueChange'][];
      readonly labels: readonly components['schemas']['ValueChange'][];
      /** @description Other fields of the config. A list is shown as JSON. */
      readonly fields: readonly components['schemas']['ValueChange'][];
      /** @description Whether both configs could be read. If not, only layers and sizes are compared. */
      readonly hasConfigs: boolean;
    };
    readonly ConcernedManifest: {
      readonly digest: string;
      readonly purpose: string;
      /** @description The tags that are removed. */
      readonly tags: readonly string[];
      /** @description Tags that still point to it. Empty if the manifest itself is removed. */
      readonly otherTags: readonly string[];
      /** @description The digests of indexes that list it and stay. */
      readonly indexes: readonly string[];
      /** @description How many manifests it lists. */
      readonly entries: number;
      /** @description How many manifests refer to it. */
      readonly referrers: number;
      /**
       * @description Whether it is removed now, stays, or goes with a later collection.
       * @enum {string}
       */
      readonly fate: 'removed' | 'tagged' | 'listed' | 'kept' | 'collected';
    };
    readonly CreatedRobot: {
      readonly id: string;
      /** @description The password of the robot, valid with any user name. */
      readonly token: string;
    };
    readonly DeadLetter: {
      readonly id: string;
      readonly repository?: string;
      readonly attempts: number;
      readonly at: string;
      /** @description How the last attempt ended. */
      readonly result: string;
      readonly type: string;
    };
    readonly Deliveries: {
      readonly retrying: readonly components['schemas']['Retry'][];
      /** @description The last 500 dead letters, the oldest first. */
      readonly dead: readonly components['schemas']['DeadLetter'][];
      /** @description The last attempts, the newest first. */
      readonly recent: readonly components['schemas']['Attempt'][];
    };
    readonly Descriptor: {
      readonly mediaType: string;
      readonly digest: string;
      /** @description In bytes, as stored. */
      readonly size: number;
      readonly artifactType?: string;
      readonly annotations?: {
        readonly [key: string]: string;
      };
    };
    readonly DoctorRequest: {
      /** @description Checks to leave out. `push` writes to the repository berth-doctor/probe and deletes it again. */
      readonly leaveOut: readonly string[];
    };
    readonly Entry: {
      readonly mediaType: string;
      readonly digest: string;
      /** @description In bytes, as stored. */
      readonly size: number;
      readonly artifactType?: string;
      readonly annotations?: {
        readonly [key: string]: string;
      };
      /** @description Such as `linux/arm64/v8`. */
      readonly platform?: string;
      readonly purpose?: string;
      /** @description The digest of the image that an attestation describes. */
      readonly describes?: string;
      /** @description The bytes of the entry with all that it names. Absent if the repository does not have it. */
      readonly totalBytes?: number;
    };
    readonly EventData: {
      /** @description Counts the events of one process. Only for administrators. */
      readonly sequence?: number;
      readonly tag?: string;
      /** @description All tags that a push named. */
      readonly tags?: readonly string[];
      readonly digest?: string;
      readonly mediaType?: string;
      readonly size?: number;
      /** @description The digest that a moved tag pointed to before. */
      readonly previous?: string;
      /** @description The login of the client. */
      readonly by?: string;
      /** @description The digest of the manifest that a referrer refers to. */
      readonly subject?: string;
      /** @description The same text in all events of one push. */
      readonly push?: string;
      /** @description Whether the event was found after the process that should have recorded it had died. */
      readonly recovered?: boolean;
      /** @description How a collection ended. */
      readonly result?: string;
      readonly milliseconds?: number;
      readonly freedBytes?: number;
      readonly freeBytes?: number;
      readonly minFreeBytes?: number;
      /** @description The mirror that stored content of another registry, or whose registry fails. */
      readonly mirror?: string;
      /** @description Why the registry that is mirrored is not asked for a while. */
      readonly reason?: string;
    };
    readonly EventOrigin: {
      readonly requestId?: string;
      readonly address?: string;
      readonly scheme?: string;
      readonly host?: string;
      readonly method?: string;
      readonly userAgent?: string;
    };
    readonly Events: {
      readonly events: readonly components['schemas']['RegistryEvent'][];
      /** @description The `after` of the next page, or the `before` in the order `newest`; also without more events yet. Absent if there is nothing to continue. */
      readonly next?: string;
      /** @description Whether there may be more events already. */
      readonly more: boolean;
    };
    readonly FetchImages: {
      /** @description Patterns of tags, by their names in the other registry, such as `library/alpine:3.*`. Without it those of the mirrors file. */
      readonly images?: readonly string[];
    };
    readonly GivenRight: {
      /** @description A repository, or a pattern such as `team/**`. */
      readonly repositories: string;
      readonly actions: readonly ('push' | 'pull' | 'delete')[];
      /** @description The rule that allows it. */
      readonly because: string;
    };
    readonly Grant: {
      /** @description A repository, or a pattern such as `team/**`. */
      readonly repositories: string;
      /** @description What the robot may do there. */
      readonly actions: readonly ('push' | 'pull' | 'delete')[];
    };
    readonly Group: {
      readonly name: string;
      /** @description Absent if the issuer of logins decides who is in the group. */
      readonly members?: readonly string[];
    };
    readonly GrowthPoint: {
      readonly repositories: number;
      readonly manifests: number;
      /** @description The bytes of all repositories, where a shared blob counts in each. */
      readonly logicalBytes: number;
      /** @description The bytes that the storage holds, where a shared blob counts once. */
      readonly storedBytes: number;
      readonly at: string;
    };
    readonly Holders: {
      readonly tags: readonly string[];
      /** @description The digests of indexes that list it. */
      readonly indexes: readonly string[];
      /** @description Whether there are more than 1,000. */
      readonly more: boolean;
    };
    readonly Image: {
      readonly created?: string;
      readonly author?: string;
      readonly os?: string;
      readonly osVersion?: string;
      readonly architecture?: string;
      readonly variant?: string;
      readonly user?: string;
      readonly workingDirectory?: string;
      readonly stopSignal?: string;
      readonly env: readonly string[];
      readonly entrypoint: readonly string[];
      readonly cmd: readonly string[];
      readonly exposedPorts: readonly string[];
      readonly volumes: readonly string[];
      readonly labels: {
        readonly [key: string]: string;
      };
    };
    readonly ImageTag: {
      readonly name: string;
      readonly pushedAt: string;
      /** @description The login that last set the tag. Absent for an anonymous client, or if it is unknown. */
      readonly pushedBy?: string;
      /** @description The manifest that the tag pointed to before. Absent for a new tag, or if it is unknown. */
      readonly previous?: string;
    };
    readonly ImageView: {
      readonly digest: string;
      /** @description Present if the reference is a tag. */
      readonly tag?: components['schemas']['ImageTag'];
      /** @description What the reference names. */
      readonly manifest: components['schemas']['Manifest'];
      /** @description Absent for an index that has no image of the platform. */
      readonly image?: components['schemas']['ShownImage'];
      readonly holders: components['schemas']['Holders'];
      readonly referrers: components['schemas']['Referrers'];
      /** @description What the caller may do in the repository. */
      readonly rights: components['schemas']['RepositoryRights'];
    };
    readonly Kept: {
      /** @description Images that were not pulled for this time are removed. */
      readonly unusedSeconds?: number;
      /** @description How many bytes the mirror may take. */
      readonly bytes?: number;
    };
    readonly LargestBlob: {
      readonly digest: string;
      readonly size: number;
      /** @description The repositories that have it, of those from which the caller may pull. */
      readonly repositories: readonly string[];
    };
    readonly LargestBlobs: {
      /** @description When they were found. Absent before the first collection. */
      readonly asOf?: string;
      readonly blobs: readonly components['schemas']['LargestBlob'][];
    };
    readonly LargestRepository: {
      readonly name: string;
      readonly tags?: number;
      /** @description The bytes of all its blobs and manifests. */
      readonly logicalBytes?: number;
      /** @description The bytes that only this repository has. Only for administrators. */
      readonly uniqueBytes?: number;
      /** @description The bytes that other repositories have as well. Only for administrators. */
      readonly sharedBytes?: number;
    };
    readonly LastAnswer: {
      readonly at: string;
      readonly digest?: string;
    };
    readonly Layer: {
      readonly mediaType: string;
      readonly digest: string;
      /** @description In bytes, as stored. */
      readonly size: number;
      readonly artifactType?: string;
      readonly annotations?: {
        readonly [key: string]: string;
      };
      /** @description The name of a file of an artifact. */
      readonly title?: string;
      /** @description Whether the layer stays with its publisher, and no registry has it. */
      readonly isForeign: boolean;
      /** @description The command that made the layer, as the history of the image says. */
      readonly command?: string;
      readonly created?: string;
    };
    readonly LoginState: {
      /** @description Whether the registry has logins. Without them nobody can open a session. */
      readonly logins: boolean;
      /** @description Whether the caller may use the API. If not, only a login helps. */
      readonly allowed: boolean;
      /** @description The login. Absent without one. */
      readonly name?: string;
      /** @description When the session of the request ends. Absent for a request with another login or none. */
      readonly until?: string;
    };
    readonly Manifest: {
      readonly digest: string;
      readonly mediaType: string;
      /** @enum {string} */
      readonly format: 'docker' | 'oci';
      readonly kind: string;
      /** @description What the manifest is for, such as `image`, `index`, `signature` or `helm-chart`. */
      readonly purpose: string;
      /** @description The bytes of the manifest itself. */
      readonly size: number;
      /** @description The bytes of the manifest and of all that it names, each content once. */
      readonly totalBytes: number;
      readonly config?: components['schemas']['Descriptor'];
      /** @description Present for an image whose config can be read. */
      readonly image?: components['schemas']['Image'];
      /**
       * @description Why the config cannot be read.
       * @enum {string}
       */
      readonly configProblem?: 'missing' | 'too-large' | 'invalid';
      readonly layers: readonly components['schemas']['Layer'][];
      /** @description The manifests that an index lists. */
      readonly entries: readonly components['schemas']['Entry'][];
      readonly artifactType?: string;
      readonly annotations?: {
        readonly [key: string]: string;
      };
      readonly subject?: components['schemas']['Descriptor'];
      /** @description How often it was pulled. */
      readonly pulls: number;
      readonly lastPulledAt?: string;
    };
    readonly Matrix: {
      /** @description At most 8. */
      readonly people: readonly components['schemas']['Person'][];
      /** @description How many people the answer leaves out. */
      readonly morePeople: number;
      readonly repositories: readonly components['schemas']['MatrixRow'][];
      /** @description The cursor of the next page. Absent on the last page. */
      readonly next?: string;
    };
    readonly MatrixRow: {
      readonly repository: string;
      /** @description For each of the people, in their order. */
      readonly rights: readonly components['schemas']['PersonRights'][];
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
      /** @description Whether the registry refuses pushes and deletions now. */
      readonly readOnly: boolean;
    };
    readonly MirrorBytes: {
      /** @description Those that clients got from the storage. */
      readonly cache: number;
      /** @description Those that the other registry sent. */
      readonly upstream: number;
    };
    readonly Mirror: {
      /** @description The first part of its repositories' names. */
      readonly name: string;
      /** @description The other registry. */
      readonly url: string;
      /** @enum {string} */
      readonly content: 'private' | 'public';
      /**
       * @description `ok`; `resting`: the other registry failed and is not asked for a while; `offline`: it is never asked.
       * @enum {string}
       */
      readonly state: 'offline' | 'ok' | 'resting';
      /** @description For how many more seconds it is not asked; 0 if it is. */
      readonly restingSeconds: number;
      /** @description How many downloads of blobs run or wait. */
      readonly downloads: number;
      /** @description When the other registry last answered. Absent if it was not asked yet. */
      readonly lastAnswerAt?: string;
      /** @description Why it last did not answer. Absent if it always did. */
      readonly lastError?: components['schemas']['UpstreamError'];
      /** @description Absent if the other registry says nothing of a limit. */
      readonly limit?: components['schemas']['PullLimit'];
      readonly requests: components['schemas']['MirrorRequests'];
      readonly bytes: components['schemas']['MirrorBytes'];
      readonly keep: components['schemas']['Kept'];
      /** @description Absent before the first collection. */
      readonly cached?: components['schemas']['Cached'];
      /** @description Patterns of tags that are always kept, by their names in the other registry. */
      readonly pins: readonly string[];
      /** @description Absent if the mirrors file names nothing to fetch. */
      readonly warm?: components['schemas']['Warm'];
    };
    readonly MirrorReasons: {
      /** @description The repository by its name here. */
      readonly name: string;
      /** @description The repository by its name in the other registry. */
      readonly repository: string;
      readonly tag: string;
      /** @description Whether the mirrors file lets clients have it. */
      readonly allowed: boolean;
      readonly offline: boolean;
      /** @description Who may cause a question to the other registry. Absent: everybody who may pull. */
      readonly fetch?: readonly string[];
      /** @description Absent if it is not stored. */
      readonly stored?: components['schemas']['StoredTag'];
      /** @description Absent if this process has none. */
      readonly lastAnswer?: components['schemas']['LastAnswer'];
      /** @description The entries of `pin` that name it. */
      readonly pins: readonly string[];
      /** @description The entries of `warm` that name it. */
      readonly warm: readonly string[];
      /** @description All of it for people, and what the next pull gets. */
      readonly sentences: readonly string[];
    };
    readonly MirrorRequests: {
      /** @description With what is stored. */
      readonly hit: number;
      /** @description With what is stored, or to HEAD, after a question that is not a pull. */
      readonly confirmed: number;
      /** @description With something that was fetched. */
      readonly fetched: number;
      /** @description With what is stored, because the other registry failed. */
      readonly stale: number;
      /** @description With 404. */
      readonly missing: number;
      /** @description With 429, because the other registry limits requests. */
      readonly limited: number;
      /** @description With 503. */
      readonly failed: number;
    };
    readonly Mirrors: {
      readonly mirrors: readonly components['schemas']['Mirror'][];
    };
    readonly NewRobot: {
      /** @description What people call the robot. */
      readonly name: string;
      readonly grants: readonly components['schemas']['Grant'][];
      /** @description After how many days the token expires. Without it, the token never does. */
      readonly expiresInDays?: number;
    };
    readonly NewSession: {
      /** @description The name of a user. Any name goes with a token. */
      readonly name: string;
      /** @description The password of the user, or a token of a robot or of the configured issuer. */
      readonly password: string;
    };
    readonly NewTag: {
      /** @description The digest of a manifest of the same repository. */
      readonly digest: string;
    };
    readonly OwnRights: {
      /** @description Absent if the host of the registry decides each case. */
      readonly rights?: readonly components['schemas']['GivenRight'][];
    };
    readonly Pass: {
      /** @enum {string} */
      readonly result: 'complete' | 'failed' | 'stopped';
      readonly endedAt: string;
      readonly milliseconds: number;
      /** @description How many bytes it freed. */
      readonly freedBytes: number;
    };
    readonly Person: {
      /** @description The login. `anonymous` stands for clients without a login. */
      readonly name: string;
      readonly admin: boolean;
    };
    readonly PersonRights: {
      readonly actions: readonly ('push' | 'pull' | 'delete')[];
      /** @description The rules that allow it. */
      readonly because: readonly string[];
    };
    readonly Ping: {
      readonly delivered: boolean;
      /** @description The status of the answer. Absent without an answer. */
      readonly status?: number;
      readonly milliseconds: number;
      /** @description `delivered`, or why not. */
      readonly result: string;
    };
    readonly PullLimit: {
      readonly left: number;
      /** @description How many it allows in all for a while. Absent if it does not say. */
      readonly limit?: number;
      /** @description When it said so. */
      readonly at: string;
    };
    readonly Reason: {
      readonly repository: string;
      /** @enum {string} */
      readonly kind: 'manifests' | 'blobs' | 'referrers';
      /** @description The path from a tag, or from a kept untagged manifest. Empty if nothing reaches the content. */
      readonly chain: readonly string[];
      readonly lastUsedAt: string;
    };
    readonly Reasons: {
      readonly digest: string;
      readonly reasons: readonly components['schemas']['Reason'][];
    };
    readonly Redeliver: {
      /** @description The id of a dead letter. All dead letters without it. */
      readonly id?: string;
    };
    readonly Redelivery: {
      readonly events: number;
    };
    readonly Referrer: {
      readonly mediaType: string;
      readonly digest: string;
      /** @description In bytes, as stored. */
      readonly size: number;
      readonly artifactType?: string;
      readonly annotations?: {
        readonly [key: string]: string;
      };
      readonly purpose: string;
      /** @description Its files, at most 20. Only with all that is known of an image. */
      readonly files?: readonly components['schemas']['Layer'][];
      /** @description What refers to this referrer. */
      readonly referrers: readonly components['schemas']['Referrer'][];
    };
    readonly Referrers: {
      readonly referrers: readonly components['schemas']['Referrer'][];
      /** @description Whether there are more than 200, or deeper ones than four levels. */
      readonly more: boolean;
    };
    readonly Refreshed: {
      /** @description The repository by its name in the other registry. */
      readonly repository: string;
      readonly tag: string;
      /**
       * @description Compares to what was stored: `new` if nothing was, `gone` if the other registry does not have the tag.
       * @enum {string}
       */
      readonly outcome: 'gone' | 'same' | 'moved' | 'new';
      /** @description What the tag points to. Absent if it is gone. */
      readonly digest?: string;
      /** @description What the stored tag pointed to before, if that is something else. */
      readonly previous?: string;
    };
    readonly RegistryEvent: {
      /** @description Sortable by time. */
      readonly id: string;
      readonly time: string;
      /** @description Absent for events of the whole registry, which administrators see. */
      readonly repository?: string;
      readonly data: components['schemas']['EventData'];
      /** @description The request that caused the event. Only for administrators. */
      readonly origin?: components['schemas']['EventOrigin'];
      readonly type: string;
    };
    readonly RemoteTag: {
      /** @description The repository by its name in the other registry, such as `library/alpine`. */
      readonly repository: string;
      readonly tag: string;
    };
    readonly Removal: {
      readonly manifests: readonly components['schemas']['ConcernedManifest'][];
      /** @description The entries of removed indexes that nothing else leads to. They are best removed after their index. */
      readonly entries: readonly string[];
      /** @description The bytes that leave the repository with the next collections. */
      readonly bytes: number;
      /** @description The bytes of those that no other repository has. Only for administrators. */
      readonly freedBytes?: number;
      /** @description How long content stays after its last use, in milliseconds. */
      readonly graceMs: number;
      /** @description How often garbage is collected, in milliseconds. 0: only by hand. */
      readonly intervalMs: number;
      /** @description Whether manifests without a tag are kept. */
      readonly keepsUntagged: boolean;
    };
    readonly RemovedManifest: {
      readonly digest: string;
      /** @description The tags that pointed to it, which were removed as well. */
      readonly tags: readonly string[];
    };
    readonly RemovedRepository: {
      readonly repository: string;
      /** @description How many manifests were removed, with all tags. */
      readonly manifests: number;
      /** @description What happens to the bytes. */
      readonly freed: string;
    };
    readonly RemovedTag: {
      readonly tag: string;
      /** @description The manifest that the tag pointed to. It stays until a collection finds it unreachable. */
      readonly digest: string;
      /** @description Other tags that point to the same manifest. They stay. */
      readonly otherTags: readonly string[];
      /** @description What happens to the manifest. */
      readonly manifest: string;
    };
    readonly Repositories: {
      readonly repositories: readonly components['schemas']['Repository'][];
      /** @description All folders of the level, by their names. Only on the first page of one level of a tree. */
      readonly folders?: readonly components['schemas']['RepositoryFolder'][];
      /** @description The cursor of the next page. Absent on the last page. */
      readonly next?: string;
      /** @description No figure of the page is older. */
      readonly asOf: string;
    };
    readonly RepositoryChange: {
      readonly at: string;
      /** @description The login of the client. Absent for an anonymous client, or if it is unknown. */
      readonly by?: string;
      /** @description The manifest that the tag was set to. Absent if the tag was removed. */
      readonly digest?: string;
      /** @description The manifest that the tag pointed to before. */
      readonly previous?: string;
      /** @description Whether the manifest still exists, so that the tag can be set to it again. */
      readonly restorable: boolean;
      readonly tag: string;
      /** @description What the tag points to now. Absent if it does not exist. */
      readonly now?: string;
    };
    readonly Repository: {
      readonly name: string;
      /** @description The mirror that it belongs to. Absent for others. */
      readonly mirror?: string;
      /** @description The number of tags. */
      readonly tags?: number;
      readonly manifests?: number;
      readonly blobs?: number;
      /** @description The bytes of its manifests and blobs. */
      readonly logicalBytes?: number;
      /** @description Bytes that no other repository has. Only administrators see them. */
      readonly uniqueBytes?: number;
      /** @description Bytes of blobs that other repositories have as well. Only administrators see them. */
      readonly sharedBytes?: number;
      /** @description When one of the tags was last set. Absent without tags. */
      readonly lastPushedAt?: string;
      /** @description The login that set it then. Absent for an anonymous client, or if it is unknown. */
      readonly lastPushedBy?: string;
      /** @description How many manifests clients pulled in the last 30 days. */
      readonly recentPulls: number;
      /** @description The pulls of each of these days in UTC, the oldest first and today last. */
      readonly pullsByDay: readonly number[];
      /** @description When the figures of its content were counted. */
      readonly countedAt?: string;
    };
    readonly RepositoryFolder: {
      /** @description What their names begin with, such as `team/`. */
      readonly name: string;
      /** @description How many of them the caller may pull. */
      readonly repositories: number;
      /** @description The bytes of those that were counted. What repositories share counts in each. */
      readonly logicalBytes: number;
    };
    readonly RepositoryHistory: {
      readonly changes: readonly components['schemas']['RepositoryChange'][];
      /** @description The cursor of the next page. Absent on the last page. */
      readonly next?: string;
      /** @description What the caller may do in the repository. */
      readonly rights: components['schemas']['RepositoryRights'];
    };
    readonly RepositoryRights: {
      /** @description Whether the caller may push and set tags. */
      readonly push: boolean;
      /** @description Whether the caller may delete. */
      readonly delete: boolean;
    };
    readonly Retry: {
      readonly id: string;
      readonly repository?: string;
      readonly attempts: number;
      readonly nextAt: string;
      /** @description How the last attempt ended. */
      readonly result: string;
      readonly type: string;
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
    readonly Rule: {
      /** @description The line at which the rule begins. */
      readonly line: number;
      readonly repositories: readonly string[];
      /** @description Users, `group:NAME`, `authenticated` for all logins, or `anonymous` for everybody. */
      readonly who: readonly string[];
      readonly can: readonly ('push' | 'pull' | 'delete')[];
    };
    readonly Rules: {
      /** @description What the access control rests on, in a sentence. */
      readonly description: string;
      readonly files: readonly components['schemas']['AccessFile'][];
      /** @description Users and groups who may use all of the API. */
      readonly admins: readonly string[];
      readonly groups: readonly components['schemas']['Group'][];
      /** @description Empty without an access file. */
      readonly rules: readonly components['schemas']['Rule'][];
    };
    readonly Session: {
      /** @description The login. */
      readonly name?: string;
      /** @description When the session ends, unless a logout ends it before. */
      readonly until: string;
    };
    readonly SetTag: {
      readonly tag: string;
      readonly digest: string;
      /** @description The manifest that the tag pointed to before. Absent if it did not exist. */
      readonly previous?: string;
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
      readonly version: components['schemas']['Version'];
      readonly access: components['schemas']['AccessControl'];
    };
    readonly SharedLayer: {
      readonly digest: string;
      /** @description At most 100. If there are many repositories, some of them may be missing. */
      readonly repositories: readonly string[];
    };
    readonly ShownImage: {
      readonly manifest: components['schemas']['Manifest'];
      /** @description Absent for an image that is not part of an index. */
      readonly platform?: string;
      /** @description The steps of its build, the oldest first. Empty if the history does not describe its layers. */
      readonly steps: readonly components['schemas']['Step'][];
      /** @description The layers that other repositories have as well. */
      readonly shared: readonly components['schemas']['SharedLayer'][];
      /** @description The referrers of an image of an index. Absent for an image that is not part of one. */
      readonly referrers?: components['schemas']['Referrers'];
    };
    readonly Started: {
      readonly started: boolean;
    };
    readonly Step: {
      readonly command?: string;
      readonly comment?: string;
      readonly created?: string;
      /** @description The layer that the step made, counted from 0. Absent if it made none. */
      readonly layer?: number;
    };
    readonly Storage: {
      /** @description Where the data are. */
      readonly description: string;
      /** @description The bytes that can still be stored. Absent where that is not known. */
      readonly freeBytes?: number;
      /** @description When the figures were counted. */
      readonly asOf?: string;
      readonly totals?: components['schemas']['Totals'];
      /** @description The bytes that are saved because shared blobs are stored once. */
      readonly savedBytes?: number;
      /** @description Earlier totals, the oldest first. */
      readonly growth: readonly components['schemas']['GrowthPoint'][];
    };
    readonly StorageOverview: {
      /** @description The storage as a whole. Only for administrators. */
      readonly storage?: components['schemas']['Storage'];
      /** @description The repositories that take the most, of those from which the caller may pull. For administrators by what their removal frees. */
      readonly repositories: readonly components['schemas']['LargestRepository'][];
      readonly blobs: components['schemas']['LargestBlobs'];
    };
    readonly StoredTag: {
      readonly digest: string;
      /** @description When it was last set. */
      readonly since: string;
      /** @description Absent if its manifest was never pulled. */
      readonly lastPulledAt?: string;
    };
    readonly TagChange: {
      readonly at: string;
      /** @description The login of the client. Absent for an anonymous client, or if it is unknown. */
      readonly by?: string;
      /** @description The manifest that the tag was set to. Absent if the tag was removed. */
      readonly digest?: string;
      /** @description The manifest that the tag pointed to before. */
      readonly previous?: string;
      /** @description Whether the manifest still exists, so that the tag can be set to it again. */
      readonly restorable: boolean;
    };
    readonly Tag: {
      readonly name: string;
      /** @description The digest of the manifest that the tag points to. */
      readonly digest: string;
      readonly mediaType: string;
      /** @description What the manifest is for. */
      readonly purpose: string;
      /** @description The platforms of the image, such as `linux/arm64/v8`. */
      readonly platforms: readonly string[];
      /** @description The bytes of the manifest and of all that it names, each content once. */
      readonly totalBytes: number;
      /** @description When the tag was last set. */
      readonly pushedAt: string;
      /** @description The login that last set the tag. Absent for an anonymous client, or if it is unknown. */
      readonly pushedBy?: string;
      /** @description The manifest that the tag pointed to before. Absent for a new tag, or if it is unknown. */
      readonly previous?: string;
      /** @description How often the manifest was pulled, by this tag or otherwise. */
      readonly pulls: number;
      /** @description When the manifest, or a manifest of its index, was last pulled. Absent if it never was. */
      readonly lastPulledAt?: string;
    };
    readonly TagHistory: {
      readonly changes: readonly components['schemas']['TagChange'][];
    };
    readonly Tags: {
      readonly tags: readonly components['schemas']['Tag'][];
      /** @description The cursor of the next page. Absent on the last page. */
      readonly next?: string;
    };
    readonly Totals: {
      readonly repositories: number;
      readonly manifests: number;
      /** @description The bytes of all repositories, where a shared blob counts in each. */
      readonly logicalBytes: number;
      /** @description The bytes that the storage holds, where a shared blob counts once. */
      readonly storedBytes: number;
    };
    readonly Untagged: {
      readonly manifests: readonly components['schemas']['UntaggedManifest'][];
      /** @description Whether there are more than those listed. */
      readonly more: boolean;
      /** @description The cursor of the next page. Absent on the last page. */
      readonly next?: string;
    };
    readonly UntaggedManifest: {
      readonly digest: string;
      readonly mediaType: string;
      readonly purpose: string;
      readonly size: number;
      readonly totalBytes: number;
      /** @description The platforms of the image, such as `linux/arm64/v8`. */
      readonly platforms: readonly string[];
      readonly artifactType?: string;
      /** @description The manifest that it refers to. Referrers are usually untagged. */
      readonly subject?: string;
      /** @description The tags of the subject. Absent if the repository does not have it. */
      readonly subjectTags?: readonly string[];
      /**
       * @description Why it is kept: its subject exists, an index without a tag lists it, by REGISTRY_GC_UNTAGGED, or only for the grace period.
       * @enum {string}
       */
      readonly kept: 'index' | 'subject' | 'rule' | 'grace';
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
    readonly UpstreamError: {
      readonly at: string;
      /** @description A sentence. */
      readonly message: string;
    };
    readonly ValueChange: {
      readonly name: string;
      /** @enum {string} */
      readonly change: 'removed' | 'changed' | 'added';
      readonly a?: string;
      readonly b?: string;
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
    readonly Warm: {
      /** @description How often. 0: only on demand. */
      readonly everySeconds: number;
      /** @description Patterns of tags, by their names in the other registry. */
      readonly images: readonly string[];
      /** @description Empty: all platforms. */
      readonly platforms: readonly string[];
      /** @description The last run for all these images, by any process. Absent before the first one. */
      readonly last?: components['schemas']['WarmRun'];
    };
    readonly WarmFailure: {
      /** @description By its name in the other registry. */
      readonly image: string;
      /** @description A sentence. */
      readonly reason: string;
    };
    readonly WarmRun: {
      readonly startedAt: string;
      /** @description Absent while it goes on, and if it was interrupted. */
      readonly endedAt?: string;
      /** @description How many manifests were stored, or had been before. */
      readonly manifests: number;
      /** @description The first 12 images that failed. */
      readonly failed: readonly components['schemas']['WarmFailure'][];
    };
    readonly Webhook: {
      readonly name: string;
      /** @description The URL without login and query, which may be secret. */
      readonly url: string;
      /** @enum {string} */
      readonly format: 'cloudevents' | 'distribution';
      /**
       * @description `active`; `failing`: some events are tried again later; `paused`: the receiver asked to wait; `gone`: it answered 410.
       * @enum {string}
       */
      readonly state: 'gone' | 'active' | 'failing' | 'paused';
      /** @description How many events wait; 10000 stands for more. */
      readonly pending: number;
      /** @description The age of the oldest event that waits. */
      readonly oldestSeconds: number;
      /** @description How many dead letters are kept. */
      readonly dead: number;
      /** @description The last attempt. Absent before the first one. */
      readonly last?: components['schemas']['Attempt'];
    };
    readonly Webhooks: {
      readonly webhooks: readonly components['schemas']['Webhook'][];
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
  readonly matrixAccess: {
    readonly parameters: {
      readonly query: {
        /** @description A part of the name of a repository. */
        readonly q?: string;
        /** @description A part of the name of a person. */
        readonly person?: string;
        /** @description How many items the page may have. */
        readonly limit: number;
        /** @description The `next` of the page before. Pages stay complete while items are added and removed. */
        readonly cursor?: string;
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
          readonly 'application/json': components['schemas']['Matrix'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly ownAccess: {
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
          readonly 'application/json': components['schemas']['OwnRights'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly rulesAccess: {
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
          readonly 'application/json': components['schemas']['Rules'];
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
        content?: never;
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly listEvents: {
    readonly parameters: {
      readonly query?: {
        /** @description The id of an event. Only later ones are returned; without it, those from the oldest one on. */
        readonly after?: string;
        /** @description Which events come first. The default is `oldest`. */
        readonly order?: 'newest' | 'oldest';
        /** @description The id of an event, for the order `newest`. Only earlier ones are returned; without it, those from the newest one on. */
        readonly before?: string;
        /** @description How many events the page may have. */
        readonly limit?: number;
        /** @description The types, separated by commas. `*` stands for any characters, as in `tag.*`. */
        readonly types?: string;
        /** @description The repositories, separated by commas, with the patterns of the access file, as in `team/**`. */
        readonly repositories?: string;
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
          readonly 'application/json': components['schemas']['Events'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly streamEvents: {
    readonly parameters: {
      readonly query?: {
        /** @description The types, separated by commas. `*` stands for any characters, as in `tag.*`. */
        readonly types?: string;
        /** @description The repositories, separated by commas, with the patterns of the access file, as in `team/**`. */
        readonly repositories?: string;
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
        content?: never;
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly statusGc: {
    readonly parameters: {
      readonly query?: {
        /** @description How many of the last collections of all processes are listed. */
        readonly recent?: number;
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
  readonly listMirrors: {
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
          readonly 'application/json': components['schemas']['Mirrors'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly refreshMirrors: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @description The name of a mirror. */
        readonly mirror: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody: {
      readonly content: {
        readonly 'application/json': components['schemas']['RemoteTag'];
      };
    };
    readonly responses: {
      /** @description The answer. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['Refreshed'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly warmMirrors: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @description The name of a mirror. */
        readonly mirror: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody: {
      readonly content: {
        readonly 'application/json': components['schemas']['FetchImages'];
      };
    };
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
  readonly whyMirrors: {
    readonly parameters: {
      readonly query: {
        /** @description The repository by its name in the other registry, such as `library/alpine`. */
        readonly repository: string;
        readonly tag: string;
      };
      readonly header?: never;
      readonly path: {
        /** @description The name of a mirror. */
        readonly mirror: string;
      };
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
          readonly 'application/json': components['schemas']['MirrorReasons'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly listRepositories: {
    readonly parameters: {
      readonly query: {
        /** @description A part of the name. */
        readonly q?: string;
        /**
         * @description Selects one level of a tree: the repositories whose names have no further slash after this text, and the folders beside them. It is
         *     empty or ends with a slash.
         */
        readonly under?: string;
        /** @description The order. With `-` the other way round: the largest, or the last push first. `unique` needs an administrator. */
        readonly sort?:
          'name' | 'size' | 'pushedAt' | 'unique' | '-name' | '-size' | '-unique' | '-pushedAt';
        /** @description How many items the page may have. */
        readonly limit: number;
        /** @description The `next` of the page before. Pages stay complete while items are added and removed. */
        readonly cursor?: string;
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
          readonly 'application/json': components['schemas']['Repositories'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly getRepositories: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @description The name of a repository, with `/` as `%2F`. */
        readonly name: string;
      };
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
          readonly 'application/json': components['schemas']['Repository'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly removeRepositories: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @description The name of a repository, with `/` as `%2F`. */
        readonly name: string;
      };
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
          readonly 'application/json': components['schemas']['RemovedRepository'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly compareCompare: {
    readonly parameters: {
      readonly query: {
        /** @description The first image: a tag or a digest. */
        readonly a: string;
        /** @description The second image: a tag or a digest. */
        readonly b: string;
        /** @description The repository of the second image, if it is another one. */
        readonly with?: string;
        /** @description Chooses the image of an index, such as `linux/arm64`. */
        readonly platform?: string;
      };
      readonly header?: never;
      readonly path: {
        /** @description The name of a repository, with `/` as `%2F`. */
        readonly name: string;
      };
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
          readonly 'application/json': components['schemas']['Comparison'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly compareFilesCompare: {
    readonly parameters: {
      readonly query: {
        /** @description The first image: a tag or a digest. */
        readonly a: string;
        /** @description The second image: a tag or a digest. */
        readonly b: string;
        /** @description The repository of the second image, if it is another one. */
        readonly with?: string;
        /** @description Chooses the image of an index, such as `linux/arm64`. */
        readonly platform?: string;
        /** @description Adds a line with `progress` every half second while layers are read, and one with `failed` if the comparison fails after that. */
        readonly progress?: 'true' | 'false';
      };
      readonly header?: never;
      readonly path: {
        /** @description The name of a repository, with `/` as `%2F`. */
        readonly name: string;
      };
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
  readonly getContent: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @description The name of a repository, with `/` as `%2F`. */
        readonly name: string;
        /** @description The digest of a manifest or a blob. */
        readonly digest: string;
      };
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
  readonly historyOfAllTags: {
    readonly parameters: {
      readonly query: {
        /** @description A part of the tag. */
        readonly q?: string;
        /** @description How many items the page may have. */
        readonly limit: number;
        /** @description The `next` of the page before. Pages stay complete while items are added and removed. */
        readonly cursor?: string;
      };
      readonly header?: never;
      readonly path: {
        /** @description The name of a repository, with `/` as `%2F`. */
        readonly name: string;
      };
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
          readonly 'application/json': components['schemas']['RepositoryHistory'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly getImages: {
    readonly parameters: {
      readonly query?: {
        /** @description The platform whose image is shown, such as `linux/arm64`. Default: linux/amd64 if the index has it, else the first one. */
        readonly platform?: string;
      };
      readonly header?: never;
      readonly path: {
        /** @description The name of a repository, with `/` as `%2F`. */
        readonly name: string;
        /** @description A tag, or the digest of a manifest. */
        readonly reference: string;
      };
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
          readonly 'application/json': components['schemas']['ImageView'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly getManifests: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @description The name of a repository, with `/` as `%2F`. */
        readonly name: string;
        /** @description The digest of a manifest or a blob. */
        readonly digest: string;
      };
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
          readonly 'application/json': components['schemas']['Manifest'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly removeManifestTagChanges: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @description The name of a repository, with `/` as `%2F`. */
        readonly name: string;
        /** @description The digest of a manifest or a blob. */
        readonly digest: string;
      };
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
          readonly 'application/json': components['schemas']['RemovedManifest'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly holdersManifests: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @description The name of a repository, with `/` as `%2F`. */
        readonly name: string;
        /** @description The digest of a manifest or a blob. */
        readonly digest: string;
      };
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
          readonly 'application/json': components['schemas']['Holders'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly referrersManifests: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @description The name of a repository, with `/` as `%2F`. */
        readonly name: string;
        /** @description The digest of a manifest or a blob. */
        readonly digest: string;
      };
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
          readonly 'application/json': components['schemas']['Referrers'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly removalImages: {
    readonly parameters: {
      readonly query?: {
        /** @description Tags, separated by commas: at most 100. */
        readonly tags?: string;
        /** @description Digests of manifests, separated by commas: at most 100. */
        readonly manifests?: string;
      };
      readonly header?: never;
      readonly path: {
        /** @description The name of a repository, with `/` as `%2F`. */
        readonly name: string;
      };
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
          readonly 'application/json': components['schemas']['Removal'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly listTags: {
    readonly parameters: {
      readonly query: {
        /** @description A part of the tag. */
        readonly q?: string;
        /** @description The order. With `-` the other way round: the last name, the highest version, the newest push, or the largest image first. */
        readonly sort?:
          'name' | 'version' | 'size' | 'pushedAt' | '-name' | '-size' | '-pushedAt' | '-version';
        /** @description How many items the page may have. */
        readonly limit: number;
        /** @description The `next` of the page before. Pages stay complete while items are added and removed. */
        readonly cursor?: string;
      };
      readonly header?: never;
      readonly path: {
        /** @description The name of a repository, with `/` as `%2F`. */
        readonly name: string;
      };
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
          readonly 'application/json': components['schemas']['Tags'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly getTags: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @description The name of a repository, with `/` as `%2F`. */
        readonly name: string;
        /** @description A tag. */
        readonly tag: string;
      };
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
          readonly 'application/json': components['schemas']['Tag'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly setTagChanges: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @description The name of a repository, with `/` as `%2F`. */
        readonly name: string;
        /** @description A tag. */
        readonly tag: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody: {
      readonly content: {
        readonly 'application/json': components['schemas']['NewTag'];
      };
    };
    readonly responses: {
      /** @description The answer. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['SetTag'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly removeTagTagChanges: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @description The name of a repository, with `/` as `%2F`. */
        readonly name: string;
        /** @description A tag. */
        readonly tag: string;
      };
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
          readonly 'application/json': components['schemas']['RemovedTag'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly historyTags: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @description The name of a repository, with `/` as `%2F`. */
        readonly name: string;
        /** @description A tag. */
        readonly tag: string;
      };
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
          readonly 'application/json': components['schemas']['TagHistory'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly listUntaggedManifests: {
    readonly parameters: {
      readonly query?: {
        /** @description How many items the answer may have. */
        readonly limit?: number;
        /** @description Whether manifests that refer to another one are listed. By default all manifests are. */
        readonly referrers?: 'only' | 'without';
        /** @description The `next` of the page before. Pages stay complete while items are added and removed. */
        readonly cursor?: string;
      };
      readonly header?: never;
      readonly path: {
        /** @description The name of a repository, with `/` as `%2F`. */
        readonly name: string;
      };
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
          readonly 'application/json': components['schemas']['Untagged'];
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
  readonly getSession: {
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
          readonly 'application/json': components['schemas']['LoginState'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly openSession: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody: {
      readonly content: {
        readonly 'application/json': components['schemas']['NewSession'];
      };
    };
    readonly responses: {
      /** @description The answer. */
      readonly 201: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['Session'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly closeSession: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
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
  readonly getStorage: {
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
          readonly 'application/json': components['schemas']['Storage'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly largestStorage: {
    readonly parameters: {
      readonly query?: {
        /** @description How many blobs the answer may have. */
        readonly limit?: number;
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
          readonly 'application/json': components['schemas']['LargestBlobs'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly overviewStorage: {
    readonly parameters: {
      readonly query?: {
        /** @description How many blobs the answer may have. */
        readonly limit?: number;
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
          readonly 'application/json': components['schemas']['StorageOverview'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly whyStorage: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @description The digest of a manifest or a blob. */
        readonly digest: string;
      };
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
          readonly 'application/json': components['schemas']['Reasons'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly listUploads: {
    readonly parameters: {
      readonly query?: {
        /** @description How many uploads the answer may have. */
        readonly limit?: number;
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
  readonly listWebhooks: {
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
          readonly 'application/json': components['schemas']['Webhooks'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly deliveriesWebhooks: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @description The name of a webhook. */
        readonly endpoint: string;
      };
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
          readonly 'application/json': components['schemas']['Deliveries'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly redeliverWebhooks: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @description The name of a webhook. */
        readonly endpoint: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody: {
      readonly content: {
        readonly 'application/json': components['schemas']['Redeliver'];
      };
    };
    readonly responses: {
      /** @description The answer. */
      readonly 202: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['Redelivery'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
  readonly pingWebhooks: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        /** @description The name of a webhook. */
        readonly endpoint: string;
      };
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
          readonly 'application/json': components['schemas']['Ping'];
        };
      };
      readonly default: components['responses']['Problem'];
    };
  };
}
