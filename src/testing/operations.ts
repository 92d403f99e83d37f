/** The operations of the OCI Distribution Specification; `other` is any other request. */
export const OPERATIONS = [
  'blob.delete',
  'blob.get',
  'blob.head',
  'blob.mount',
  'catalog.list',
  'manifest.delete',
  'manifest.get',
  'manifest.head',
  'manifest.put',
  'other',
  'ping',
  'referrers.list',
  'tags.list',
  'token',
  'upload.cancel',
  'upload.chunk',
  'upload.finish',
  'upload.single',
  'upload.start',
  'upload.status',
] as const;

/** The operation that a client requests. */
export type Operation = (typeof OPERATIONS)[number];

/** The method and URL of a request, parsed. */
export interface Target {
  readonly operation: Operation;
  readonly method: string;
  /** The path as the client sent it, without the query. */
  readonly path: string;
  /** The part after the `?`, or an empty string. */
  readonly query: string;
  /** Empty if the operation concerns no repository. */
  readonly repository: string;
  /** The tag or digest of a manifest, the digest of a blob or subject, or the id of an upload; otherwise empty. */
  readonly reference: string;
}

type Named = Pick<Target, 'operation' | 'repository' | 'reference'>;

interface Route {
  readonly path: RegExp;
  readonly operations: Readonly<
    Record<string, Operation | ((query: URLSearchParams) => Operation)>
  >;
}

/** The first matching route applies. `repository` and `reference` are groups of the path. */
const ROUTES: readonly Route[] = [
  { path: /^\/v2\/?$/, operations: { GET: 'ping', HEAD: 'ping' } },
  { path: /^\/v2\/_catalog$/, operations: { GET: 'catalog.list' } },
  { path: /^\/v2\/_token$/, operations: { GET: 'token', POST: 'token' } },
  {
    path: /^\/v2\/(?<repository>.+)\/blobs\/uploads\/?$/,
    operations: { POST: startOf },
  },
  {
    path: /^\/v2\/(?<repository>.+)\/blobs\/uploads\/(?<reference>[^/]+)$/,
    operations: {
      DELETE: 'upload.cancel',
      GET: 'upload.status',
      PATCH: 'upload.chunk',
      PUT: 'upload.finish',
    },
  },
  {
    path: /^\/v2\/(?<repository>.+)\/blobs\/(?<reference>[^/]+)$/,
    operations: { DELETE: 'blob.delete', GET: 'blob.get', HEAD: 'blob.head' },
  },
  {
    path: /^\/v2\/(?<repository>.+)\/manifests\/(?<reference>[^/]+)$/,
    operations: {
      DELETE: 'manifest.delete',
      GET: 'manifest.get',
      HEAD: 'manifest.head',
      PUT: 'manifest.put',
    },
  },
  { path: /^\/v2\/(?<repository>.+)\/tags\/list$/, operations: { GET: 'tags.list' } },
  {
    path: /^\/v2\/(?<repository>.+)\/referrers\/(?<reference>[^/]+)$/,
    operations: { GET: 'referrers.list' },
  },
];

/** Returns what a request with this method and URL asks for. */
export function targetOf(method: string, url: string): Target {
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  const query = mark === -1 ? '' : url.slice(mark + 1);
  return { method, path, query, ...nameOf(method, path, query) };
}

function nameOf(method: string, path: string, query: string): Named {
  for (const route of ROUTES) {
    const match = route.path.exec(path);
    if (match === null) continue;
    const operation = route.operations[method] ?? 'other';
    const { repository = '', reference = '' } = match.groups ?? {};
    return {
      operation: typeof operation === 'string' ? operation : operation(new URLSearchParams(query)),
      repository,
      reference: decoded(reference),
    };
  }
  return { operation: 'other', repository: '', reference: '' };
}

/** Three operations begin with the same POST. */
function startOf(query: URLSearchParams): Operation {
  if (query.has('mount')) return 'blob.mount';
  return query.has('digest') ? 'upload.single' : 'upload.start';
}

/** Some clients escape the colon of a digest. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
