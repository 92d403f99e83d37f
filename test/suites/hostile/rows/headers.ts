import { BASE, LAYER_DIGEST, TAG } from '../known-content.js';
import { get, request, row, type Row } from '../row.js';

const BLOB = `${BASE}/blobs/${LAYER_DIGEST}`;

const raw = (...lines: readonly string[]): string =>
  `${['GET /v2/ HTTP/1.1', ...lines].join('\r\n')}\r\n\r\n`;

/** RFC 9110, section 14.2: a malformed `Range` is ignored. */
const IGNORED_RANGES = [
  ...[
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=--1',
    'bytes=a-b',
    'bytes=0',
    'bytes=0--1',
    'bytes=+0-1',
  ],
  ...[
    'bytes=0-1-2',
    'bytes=0-1;2-3',
    'bytes 0-1',
    'items=0-1',
    '0-1',
    'bytes=0x0-0x1',
    'bytes=1.5-2',
  ],
  ...[
    'bytes=,',
    'bytes=,,,',
    `bytes=${'x'.repeat(10_000)}`,
    `bytes=${' '.repeat(12_000)}x`,
    'bytes=\xff-',
  ],
];

const FULL_RANGES = [
  'bytes=500-0',
  'bytes=13-',
  'bytes=13-14',
  'bytes=-0',
  `bytes=${'9'.repeat(400)}-`,
];
const MANY_RANGES = [17, 1_024, 2_000].map((count) => `bytes=${'0-0,'.repeat(count)}`);

const PUSH = (...headers: readonly string[]): string =>
  request('POST', `${BASE}/blobs/uploads/?digest=${LAYER_DIGEST}`, headers, 'hello, layer\n');
const EVIL = 'Origin: https://evil.example';

/** What a page of a stranger can send from a browser beside the registry. */
const BROWSER_ROWS: readonly Row[] = [
  ...[
    'rebind.evil.example',
    'rebind.evil.example:5000',
    'evil.example.',
    '127.0.0.1.evil.example',
  ].map((host) => row(raw(`Host: ${host}`), '403 DENIED', `DNS rebinding: ${host}`)),
  row('GET /v2/_catalog HTTP/1.0\r\nHost: evil.example\r\n\r\n', '403 DENIED', 'HTTP/1.0, rebound'),
  row(raw('Host: evil.example', 'X-Forwarded-Host: localhost'), '403 DENIED', 'a forged proxy'),
  row(raw('Host: evil.example', 'Forwarded: host=localhost'), '403 DENIED', 'forged: Forwarded'),
  row(PUSH(EVIL), '403 DENIED', 'a push by a page'),
  row(PUSH('Origin: null'), '403 DENIED', 'a push by a sandboxed page'),
  row(PUSH('Origin:'), '403 DENIED', 'a push with an empty Origin'),
  row(PUSH('Origin: http://x', EVIL), '403 DENIED', 'two origins'),
  row(PUSH('Origin: http://x/'), '403 DENIED', 'an origin with a path'),
  row(PUSH('Sec-Fetch-Site: cross-site'), '403 DENIED', 'a push without an Origin'),
  row(
    PUSH('Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate'),
    '403 DENIED',
    'a form that is sent',
  ),
  row(PUSH('Origin: http://x', 'Sec-Fetch-Site: same-origin'), '201', 'a push by its own page'),
  row(
    get('/v2/', 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate'),
    '200',
    'a link that is followed',
  ),
  row(request('DELETE', `${BASE}/manifests/${TAG}`, [EVIL]), '403 DENIED', 'a DELETE by a page'),
];

export const HEADER_ROWS: readonly Row[] = [
  ...BROWSER_ROWS,
  row(raw(), '400 UNSUPPORTED', 'no Host'),
  // RFC 9112, section 3.2: more than one Host, or an invalid one, gets 400.
  row(raw('Host: x', 'Host: x'), '400 UNSUPPORTED', 'Host twice'),
  row(raw('Host: x', 'Host: y'), '400 UNSUPPORTED', 'two hosts'),
  row(raw('Host: x', 'host: y'), '400 UNSUPPORTED', 'two hosts in two cases'),
  ...['a b', 'x/../y', 'a@b', '\x01', '\xff', 'x, y', 'x:y:z', 'http://x'].map((host) =>
    row(raw(`Host: ${host}`), '400 UNSUPPORTED', `Host: ${JSON.stringify(host)}`),
  ),
  row(raw('Host:'), '200 | 400 UNSUPPORTED', 'an empty Host'),
  ...[
    ['Authorization: Bearer x', 'Authorization: Bearer y'],
    ['Authorization: Basic YTpi', 'authorization: Basic YTpi'],
    ['AUTHORIZATION:', 'Authorization: Basic YTpi'],
  ].map((lines) => row(raw('Host: x', ...lines), '400 UNSUPPORTED', JSON.stringify(lines))),
  row(raw('Host : x'), '400 UNSUPPORTED', 'a blank before the colon'),
  row(raw('Host: x', 'X'), '400 UNSUPPORTED', 'a header without a colon'),
  row(raw('Host: x', ': y'), '400 UNSUPPORTED', 'a header without a name'),
  row(raw('Host: x', 'X Y: z'), '400 UNSUPPORTED', 'a blank in a name'),
  row(raw('Host: x', 'X\x00: y'), '400 UNSUPPORTED', 'NUL in a name'),
  row(raw('Host: x', 'X: \x00'), '400 UNSUPPORTED', 'NUL in a value'),
  row(raw('Host: x', 'X: \x07'), '400 UNSUPPORTED', 'BEL in a value'),
  row(raw('Host: x', 'X\xe9: y'), '400 UNSUPPORTED', 'obs-text in a name'),
  row(raw('Host: x', 'X: \xe9\xff'), '200', 'obs-text in a value'),
  row(raw('Host: x', 'X: a', ' b'), '200 | 400 UNSUPPORTED', 'a folded header'),
  row(raw('Host: x', 'X: a', '\tb'), '200 | 400 UNSUPPORTED', 'a header folded by a tab'),
  row(raw(' Host: x'), '400 UNSUPPORTED', 'a first header that is folded'),
  row(raw('Host: x', 'X: a\rb'), '400 UNSUPPORTED', 'CR in a value'),
  row('GET /v2/ HTTP/1.1\nHost: x\n\n', '200 | 400 UNSUPPORTED', 'lines that end in LF'),
  row('GET /v2/ HTTP/1.1\rHost: x\r\r', '400 UNSUPPORTED | closed', 'lines that end in CR', {
    ending: 'half-close',
  }),
  row(raw('Host: x', `X: ${'y'.repeat(34_000)}`), '431 UNSUPPORTED', 'a long value'),
  row(raw('Host: x', `${'X'.repeat(34_000)}: y`), '431 UNSUPPORTED', 'a long name'),
  row(raw('Host: x', 'X: y\r\n'.repeat(3_000)), '200 | 431 UNSUPPORTED', 'many headers'),
  row(raw('Host: x', ...Array.from({ length: 1_990 }, () => 'a:')), '200 | 431 …', 'tiny headers'),
  row(raw('Host: x', '__proto__: y', 'constructor: z', 'toString: a'), '200', 'names of objects'),
  row(raw('Host: x', 'Expect: wonders'), '417 UNSUPPORTED', 'an expectation'),
  row(
    raw('Host: x', 'Expect: 100-continue', 'Expect: 100-continue'),
    '200 | 417 …',
    'an Expect with two values',
  ),
  row(raw('Host: x', 'Connection: close, close', 'Connection: keep-alive'), '200', 'Connection'),
  row(raw('Host: x', 'X-HTTP-Method-Override: DELETE'), '200', 'an override of the method'),
  row(
    raw('Host: x', 'X-Original-URL: /health', 'X-Rewrite-URL: /health'),
    '200',
    'a rewritten URL',
  ),
  ...['Basic', 'Basic %%%', 'Bearer', `Bearer ${'a'.repeat(10_000)}`, '\xff'].map((value) =>
    row(raw('Host: x', `Authorization: ${value}`), '200', `Authorization: ${value.slice(0, 20)}`),
  ),
  ...IGNORED_RANGES.map((range) => row(get(BLOB, `Range: ${range}`), '200', titled(range))),
  ...FULL_RANGES.map((range) =>
    row(get(BLOB, `Range: ${range}`), '416 SIZE_INVALID', titled(range)),
  ),
  ...MANY_RANGES.map((range) => row(get(BLOB, `Range: ${range}`), '200 | 206', titled(range))),
  row(
    get(BLOB, `Range: bytes=0-${'9'.repeat(400)}`),
    '206',
    'a last byte beyond the largest number',
  ),
  row(get(BLOB, `Range: bytes=-${'9'.repeat(400)}`), '206', 'a suffix beyond the largest number'),
  row(get(BLOB, 'Range: bytes=0-1', 'Range: bytes=2-3'), '200 | 4xx', 'Range twice'),
  row(get(BLOB, 'Range: bytes=0-1', 'If-Range: \xff'), '200', 'an invalid If-Range'),
  row(get(BLOB, 'Range: bytes=0-1', 'If-Range: W/"x"'), '200', 'a weak If-Range'),
  row(get(BLOB, `If-None-Match: ${','.repeat(10_000)}`), '200', 'an If-None-Match of commas'),
  row(get(BLOB, 'If-None-Match: "'), '200', 'half a quote'),
  row(get(BLOB, 'If-None-Match: *', 'If-None-Match: *'), '304', 'If-None-Match twice'),
  row(get(BLOB, 'If-Match: "x"', 'If-Unmodified-Since: never'), '200 | 412 …', 'If-Match'),
  row(get(BLOB, 'Accept: \xff/\xff;q=9', 'Accept-Encoding: x'), '200', 'an invalid Accept'),
  row(request('HEAD', BLOB, ['Range: bytes=500-0']), '200', 'a HEAD with a range'),
  row(get(`${BASE}/manifests/${TAG}`, 'Accept: text/html'), '200', 'another Accept'),
];

function titled(range: string): string {
  return `Range: ${JSON.stringify(range.slice(0, 40))}`;
}
