/** What the events about the present moment have. They are only in streams that ask for their types, and have no id. */
interface Live<Type extends string, Data> {
  readonly type: Type;
  readonly time: string;
  readonly repository: string;
  readonly data: Data;
}

/** How far an upload is. */
export type UploadProgress = Live<
  'upload.progress',
  {
    readonly upload: string;
    readonly receivedBytes: number;
    /** The login of the client, if there is one. */
    readonly by?: string;
    /** Whether it is over: it became a blob, or was given up. */
    readonly ended?: true;
  }
>;

/** How far the download of a large blob is. */
export type PullProgress = Live<
  'pull.progress',
  {
    readonly pull: string;
    readonly digest: string;
    readonly sentBytes: number;
    /** How many bytes the client asked for. */
    readonly totalBytes: number;
    /** The login of the client, for itself and for administrators. */
    readonly by?: string;
    /** How it ended: with all bytes, or because the client left. Absent while it goes on. */
    readonly ended?: 'complete' | 'cut';
  }
>;

/** A blob that a client did not have to push. */
export type ReusedBlob = Live<
  'blob.reused',
  {
    readonly reuse: string;
    readonly digest: string;
    /** Whether the repository has had it, or got it from another repository. */
    readonly how: 'exists' | 'mounted';
    /** In bytes. Absent if it is not known. */
    readonly size?: number;
    /** The login of the client, if there is one. */
    readonly by?: string;
  }
>;

/** A request of an image client that failed. */
export type FailedRequest = Omit<Live<'request.failed', FailureData>, 'repository'> & {
  /** Absent for a request that was not about one, which only administrators get. */
  readonly repository?: string;
  /** The request, for administrators. */
  readonly origin?: {
    readonly requestId?: string;
    readonly address?: string;
    readonly method?: string;
    readonly userAgent?: string;
  };
};

interface FailureData {
  readonly failure: string;
  /** What the client wanted: `push`, `pull`, `delete` or `request`. */
  readonly attempt: string;
  /** The tag or the digest, if there is one. */
  readonly reference?: string;
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** The explanation that the client was given, if it is not long. */
  readonly detail?: unknown;
  /** How often it failed lately. */
  readonly times: number;
  /** The login of the client, for itself and for administrators. */
  readonly by?: string;
}

/** An event about the present moment. */
export type LiveEvent = UploadProgress | PullProgress | ReusedBlob | FailedRequest;
