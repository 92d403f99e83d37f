import { BASE, LAYER_DIGEST, NO_DIGEST } from '../known-content.js';
import { get, request, row, type Row } from '../row.js';

const HEX = 'a'.repeat(64);

/** Invalid digests that resemble digests. All have a colon, because a reference without one is a tag. */
const BAD_DIGESTS = [
  ...['sha256:', ':', `:${HEX}`, `sha256:${HEX.slice(1)}`, `sha256:${HEX}a`, `sha256:${HEX}${HEX}`],
  ...[`sha256:${HEX.toUpperCase()}`, `SHA256:${HEX}`, `Sha256:${HEX}`, `sha256::${HEX.slice(1)}`],
  ...[`sha256:${HEX.slice(1)}g`, `sha256:0x${HEX.slice(2)}`, `sha256:${HEX.slice(1)}.`],
  ...[`sha256:-${HEX.slice(1)}`, `sha256:..%2f${HEX.slice(3)}`, `sha256:%2e%2e%2f${HEX.slice(3)}`],
  ...[`sha256:${HEX.slice(1)}%00`, `sha256:${HEX}%00`, `sha256:${HEX}%0a`, `sha256:%20${HEX}`],
  ...[`sha512:${HEX}`, `sha512:${HEX}${HEX}a`, `sha1:${HEX.slice(24)}`, `md5:${HEX.slice(32)}`],
  ...[`sha384:${HEX}${HEX.slice(32)}`, `sha256+b64:${HEX}`, `blake3:${HEX}`, `sha-256:${HEX}`],
  ...[`__proto__:${HEX}`, `constructor:${HEX}`, `toString:${HEX}`, `sha256%3a%3a${HEX.slice(1)}`],
  ...[`sha256:${'é'.repeat(64)}`.replaceAll('é', '%c3%a9'), `sha256:${'a'.repeat(7_000)}`],
  ...[`sha256:${HEX},sha256:${HEX}`, `sha256:${HEX}@${HEX}`, `%F0%9F%90%B3:${HEX}`],
];

/** Each route that takes a digest. */
const ROUTES: readonly ((digest: string) => string)[] = [
  (digest) => get(`${BASE}/blobs/${digest}`),
  (digest) => request('DELETE', `${BASE}/blobs/${digest}`),
  (digest) => get(`${BASE}/manifests/${digest}`),
  (digest) => request('PUT', `${BASE}/manifests/${digest}`, [], '{}'),
  (digest) => get(`${BASE}/referrers/${digest}`),
  (digest) => request('POST', `${BASE}/blobs/uploads/?digest=${digest}`, [], 'x'),
  (digest) => request('POST', `${BASE}/blobs/uploads/?mount=${digest}&from=team/other`, [], ''),
  (digest) => request('PUT', `{upload}?digest=${digest}`, [], 'x'),
];

/** Without a colon. */
const NO_COLON = ['', 'sha256', HEX, `sha256${HEX}`, `sha256-${HEX}`, '%00', '..', '%2e%2e%2f'];

export const DIGEST_ROWS: readonly Row[] = [
  ...BAD_DIGESTS.flatMap((digest) =>
    ROUTES.map((route) => row(route(digest), '400 DIGEST_INVALID')),
  ),
  ...NO_COLON.slice(1).flatMap((digest) => [
    row(get(`${BASE}/blobs/${digest}`), '400 DIGEST_INVALID'),
    row(get(`${BASE}/referrers/${digest}`), '400 DIGEST_INVALID'),
  ]),
  ...NO_COLON.flatMap((digest) => [
    row(request('POST', `${BASE}/blobs/uploads/?digest=${digest}`, [], 'x'), '400 DIGEST_INVALID'),
    row(request('POST', `${BASE}/blobs/uploads/?mount=${digest}`, [], ''), '400 DIGEST_INVALID'),
    row(request('PUT', `{upload}?digest=${digest}`, [], 'x'), '400 DIGEST_INVALID'),
    row(
      request('POST', `${BASE}/blobs/uploads/?digest-algorithm=${digest}`, [], ''),
      digest === 'sha256' ? '202' : '400 DIGEST_INVALID',
    ),
  ]),
  ...[get, (path: string) => request('DELETE', path)].flatMap((method) => [
    row(method(`${BASE}/blobs/${NO_DIGEST}`), '404 BLOB_UNKNOWN'),
    row(method(`${BASE}/manifests/${NO_DIGEST}`), '404 MANIFEST_UNKNOWN'),
    row(method(`/v2/team/other/blobs/${LAYER_DIGEST}`), '404 BLOB_UNKNOWN'),
  ]),
  row(get(`${BASE}/manifests/${LAYER_DIGEST}`), '404 MANIFEST_UNKNOWN'),
  row(request('PUT', '{upload}', [], 'x'), '400 DIGEST_INVALID'),
  row(request('PUT', `{upload}?digest=${NO_DIGEST}`, [], 'x'), '400 DIGEST_INVALID'),
  row(request('POST', `${BASE}/blobs/uploads/?digest=${NO_DIGEST}`, [], 'x'), '400 DIGEST_INVALID'),
  row(request('PUT', `${BASE}/manifests/${NO_DIGEST}`, [], '{}'), '400 DIGEST_INVALID'),
];
