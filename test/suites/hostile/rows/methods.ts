import { BASE, LAYER_DIGEST, MANIFEST_DIGEST, NO_UPLOAD, TAG } from '../known-content.js';
import { request, row, type Row } from '../row.js';

const EVERY = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];

/** Each path with its methods. */
const PATHS: readonly (readonly [path: string, methods: readonly string[]])[] = [
  ['/v2/', ['GET', 'HEAD']],
  ['/v2/_catalog', ['GET', 'HEAD']],
  ['/health', ['GET', 'HEAD']],
  [`${BASE}/tags/list`, ['GET', 'HEAD']],
  [`${BASE}/blobs/${LAYER_DIGEST}`, ['GET', 'HEAD', 'DELETE']],
  [`${BASE}/manifests/${TAG}`, ['GET', 'HEAD', 'PUT', 'DELETE']],
  [`${BASE}/referrers/${MANIFEST_DIGEST}`, ['GET', 'HEAD']],
  [`${BASE}/blobs/uploads/`, ['POST']],
  [`${BASE}/blobs/uploads/${NO_UPLOAD}`, ['GET', 'HEAD', 'PATCH', 'PUT', 'DELETE']],
];

/** Methods that Node's parser knows, but registry clients do not use. */
const FAR = ['PURGE', 'MKCOL', 'COPY', 'LOCK', 'SEARCH', 'SUBSCRIBE', 'M-SEARCH', 'QUERY', 'LINK'];
const NONE = ['get', 'Get', 'FOO', 'GE', 'GETT', 'G\x00T', '', 'GET\t', '{}', 'PRI', 'DESCRIBE'];

export const METHOD_ROWS: readonly Row[] = [
  ...PATHS.flatMap(([path, methods]) =>
    EVERY.filter((method) => !methods.includes(method)).map((method) =>
      row(request(method, path), method === 'HEAD' ? '405' : '405 UNSUPPORTED'),
    ),
  ),
  // The same with a body, which is not read.
  ...PATHS.filter(([, methods]) => !methods.includes('POST')).map(([path]) =>
    row(request('POST', path, [], 'x'.repeat(100_000)), '405 UNSUPPORTED'),
  ),
  ...FAR.map((method) => row(request(method, `${BASE}/tags/list`), '405 UNSUPPORTED')),
  ...NONE.map((method) => row(request(method, '/v2/'), '400 UNSUPPORTED')),
  row(request('CONNECT', 'example.com:443'), '405 UNSUPPORTED'),
  row(request('CONNECT', '/v2/'), '400 UNSUPPORTED | 405 UNSUPPORTED'),
];
