import { BASE, LAYER_DIGEST, TAG } from '../known-content.js';
import { get, request, row, type Row } from '../row.js';
import { type Step } from '../wire.js';

/** The server's `REGISTRY_IDLE_TIMEOUT` for this suite. */
export const IDLE_TIMEOUT = '1s';
/** A silence longer than the idle timeout, and pauses shorter than it. */
const SILENCE = 8_000;
const PAUSE = 300;

const PATCH = 'PATCH {upload} HTTP/1.1\r\nHost: x\r\n';
const PUT_MANIFEST = `PUT ${BASE}/manifests/slow HTTP/1.1\r\nHost: x\r\n`;
const GONE = 'closed | 408 UNSUPPORTED';

/** A text, sent one byte at a time. */
const dribbled = (text: string, pause = PAUSE): Step[] =>
  Array.from(text).flatMap((letter): Step[] => [letter, pause]);

const silent = (name: string, ...steps: readonly Step[]): Row =>
  row([...steps, SILENCE], GONE, `silence: ${name}`, { withinMs: 6_000 });

/** These rows wait for the server's time limits, so they are all sent at once. */
export const SLOW_ROWS: readonly Row[] = [
  silent('at once'),
  silent('in the method', 'GE'),
  silent('in the target', 'GET /v2/'),
  silent('in the version', 'GET /v2/ HTTP/1.'),
  silent('after the request line', 'GET /v2/ HTTP/1.1\r\n'),
  silent('in a header', 'GET /v2/ HTTP/1.1\r\nHost: '),
  silent('before the empty line', 'GET /v2/ HTTP/1.1\r\nHost: x\r\n'),
  silent('before a body', `${PATCH}Content-Length: 10\r\n\r\n`),
  silent('in a body', `${PATCH}Content-Length: 10\r\n\r\nhello`),
  silent('before a chunk', `${PATCH}Transfer-Encoding: chunked\r\n\r\n`),
  silent('in the size of a chunk', `${PATCH}Transfer-Encoding: chunked\r\n\r\n5`),
  silent('in a chunk', `${PATCH}Transfer-Encoding: chunked\r\n\r\n5\r\nhel`),
  silent('before the last chunk', `${PATCH}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`),
  silent('in the trailers', `${PATCH}Transfer-Encoding: chunked\r\n\r\n0\r\nX: y`),
  silent('before a manifest', `${PUT_MANIFEST}Content-Length: 10\r\n\r\n`),
  silent('in a manifest', `${PUT_MANIFEST}Content-Length: 10\r\n\r\n{`),
  silent(
    'in a POST',
    `POST ${BASE}/blobs/uploads/?digest=${LAYER_DIGEST} HTTP/1.1\r\nHost: x\r\nContent-Length: 13\r\n\r\nhel`,
  ),
  row(
    [`${PATCH}Content-Length: 10\r\n\r\n`, ...dribbled('0123456789')],
    '202',
    'a slow body arrives',
    { uploadIsAt: 10 },
  ),
  row(
    [`${PATCH}Transfer-Encoding: chunked\r\n\r\n`, ...dribbled('5\r\nhello\r\n0\r\n\r\n', 200)],
    '202',
    'slow chunks arrive',
    { uploadIsAt: 5 },
  ),
  row([get('/v2/').slice(0, 20), PAUSE, get('/v2/').slice(20)], '200', 'a request in two halves'),
  row(
    [
      request('PUT', `${BASE}/manifests/-bad`, ['Content-Length: 1000']),
      ...dribbled('x'.repeat(20)),
    ],
    '400 MANIFEST_INVALID',
    'a refused body that goes on',
  ),
  row(
    [`${PATCH}Content-Length: 10\r\n\r\nhello`, SILENCE],
    GONE,
    'an upload continues after a silence',
    { resumesAs: 'hello, world', withinMs: 6_000 },
  ),
  row(
    [request('PUT', `${BASE}/manifests/x`, ['Content-Length: 9', 'Expect: 100-continue']), SILENCE],
    '100 | 100 + 408 UNSUPPORTED',
    'silence after 100 Continue',
    { withinMs: 6_000 },
  ),
  // Node checks for late headers periodically: the limit is that period plus the timeout.
  row(
    dribbled(`GET ${BASE}/manifests/${TAG} HTTP/1.1\r\nHost: x\r\n${'X: y\r\n'.repeat(50)}`),
    GONE,
    'endless headers',
    { withinMs: 10_000 },
  ),
];
