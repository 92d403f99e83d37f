import { BASE } from '../known-content.js';
import { get, request, row, type Row } from '../row.js';
import { type Ending } from '../wire.js';

const START = `POST ${BASE}/blobs/uploads/ HTTP/1.1\r\nHost: x\r\n`;
const PATCH = 'PATCH {upload} HTTP/1.1\r\nHost: x\r\n';
const SMUGGLED = get(`${BASE}/tags/list`);

/** A request with exactly these header lines and this body. */
const framed = (headers: readonly string[], body = '', start = START): string =>
  `${start}${headers.join('\r\n')}\r\n\r\n${body}`;

const LENGTHS = [
  ...[
    '-1',
    '-0',
    '+5',
    '5.0',
    '5e0',
    '0x5',
    'five',
    '5 5',
    '5,5',
    '5, 5',
    '5,6',
    '',
    ';',
    '5;',
    '٥',
  ],
  ...['9'.repeat(20), '9'.repeat(1_000), '18446744073709551616', '18446744073709551617', '5\x00'],
];

/** Codings that must not be treated as `chunked`, or that a proxy may read differently. */
const CODINGS = [
  ...['gzip', 'identity', 'xchunked', 'chunked, identity', 'chunked, gzip', 'chunked, chunked'],
  ...['chunked;a=b', '"chunked"', "'chunked'", 'chunk', 'chunkedx', '\x0bchunked', 'chunked\x0b'],
  ...['', ',', 'x', 'chunked,', 'c\x00hunked', 'gzip;chunked', 'cow'],
];

const BAD_CHUNKS = [
  ...['z\r\nx\r\n0\r\n\r\n', '-1\r\nx\r\n0\r\n\r\n', '0x1\r\nx\r\n0\r\n\r\n', '\r\n0\r\n\r\n'],
  ...['1\nx\n0\n\n', '1\r\nxx\r\n0\r\n\r\n', '1\r\nx0\r\n\r\n', '1 \r\nx\r\n0\r\n\r\n'],
  ...[
    'ffffffffffffffff\r\nx',
    '10000000000000000\r\nx',
    `${'f'.repeat(300)}\r\nx`,
    '1;\x00\r\nx\r\n',
  ],
  ...['5\r\nhello\r\n0\r\nContent-Length: 5\r\nbad trailer\r\n\r\n', '1\r\rx\r\n', '+1\r\nx\r\n'],
  ...[`1;${'e'.repeat(100_000)}\r\nx\r\n0\r\n\r\n`, `0\r\n${'T: t\r\n'.repeat(20_000)}\r\n`],
];

const cut: { readonly ending: Ending } = { ending: 'half-close' };

export const FRAMING_ROWS: readonly Row[] = [
  ...LENGTHS.map((length) =>
    row(
      framed([`Content-Length: ${length}`], 'hello'),
      '400 UNSUPPORTED',
      `Content-Length: ${JSON.stringify(length.slice(0, 40))}`,
      cut,
    ),
  ),
  ...CODINGS.map((coding) =>
    row(
      framed([`Transfer-Encoding: ${coding}`], '5\r\nhello\r\n0\r\n\r\n'),
      '400 UNSUPPORTED | 501 UNSUPPORTED',
      `Transfer-Encoding: ${JSON.stringify(coding)}`,
      cut,
    ),
  ),
  ...BAD_CHUNKS.map((body) =>
    row(
      framed(['Transfer-Encoding: chunked'], body, PATCH),
      'closed | 400 BLOB_UPLOAD_INVALID | 400 UNSUPPORTED | 413 UNSUPPORTED',
      `a chunk ${JSON.stringify(body.slice(0, 40))}`,
      cut,
    ),
  ),
  ...[
    ['Content-Length: 5', 'Content-Length: 5'],
    ['Content-Length: 5', 'Content-Length: 6'],
    ['Content-Length: 5', 'content-length: 0'],
    ['Content-Length: 5', 'Transfer-Encoding: chunked'],
    ['Transfer-Encoding: chunked', 'Content-Length: 5'],
    ['Transfer-Encoding: chunked', 'Content-Length: 0'],
    ['Transfer-Encoding: chunked', 'Content-Length: 44'],
    ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'],
    ['Transfer-Encoding: identity', 'Transfer-Encoding: chunked', 'Content-Length: 5'],
    ['Transfer-Encoding : chunked', 'Content-Length: 5'],
    [' Transfer-Encoding: chunked', 'Content-Length: 5'],
    ['Transfer-Encoding:\tchunked', 'Content-Length: 5'],
    ['Transfer-Encoding:\r\n chunked', 'Content-Length: 5'],
    ['X: y\rTransfer-Encoding: chunked', 'Content-Length: 5'],
    ['X: y\nTransfer-Encoding: chunked', 'Content-Length: 5'],
    ['Content_Length: 5', 'Transfer-Encoding: chunked, cow'],
  ].map((headers) =>
    row(framed(headers, `0\r\n\r\n${SMUGGLED}`), '400 UNSUPPORTED', JSON.stringify(headers), cut),
  ),
  row(
    framed(['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
    '400 UNSUPPORTED',
    'chunked twice',
  ),
  row(
    framed(['Transfer-Encoding: gzip, chunked'], '5\r\nhello\r\n0\r\n\r\n', PATCH),
    '4xx',
    'an unsupported coding',
  ),
  // The sender places the next request after the length on purpose.
  row(`${request('POST', `${BASE}/blobs/uploads/`, [], '')}${SMUGGLED}`, '202 + 200', 'pipelined'),
  row(
    `${framed(['Content-Length: 0'])}nonsense\r\n\r\n`,
    '202 + 400 UNSUPPORTED | 202 | closed',
    'nonsense after a request',
  ),
  row(
    `${request('PUT', `${BASE}/manifests/-bad`, [], 'x'.repeat(200))}${SMUGGLED}`,
    '400 MANIFEST_INVALID + 200 | 400 MANIFEST_INVALID',
    'a request after a refused body',
  ),
  row(
    framed(['Content-Length: 5', 'Connection: Content-Length'], `hello${SMUGGLED}`),
    '202 | 202 + 200 | 4xx',
    'a length named as hop by hop',
  ),
  row(
    framed(['Content-Length: 5', 'Connection: close'], `hello${SMUGGLED}`),
    // The following bytes are not parsed as a request, and may end the connection before the
    // response is sent.
    '202 | closed',
    'a request after the last one',
  ),
  row(
    framed(['Content-Length: 10'], 'hello', PATCH),
    'closed | 400 …',
    'a body that is too short',
    { ...cut, resumesAs: 'hello, world' },
  ),
  row(
    framed(['Content-Length: 3'], 'hello', PATCH),
    'closed | 202 | 202 + 400 UNSUPPORTED',
    'a body that is too long',
    { resumesAs: 'hello, world' },
  ),
  // A store that knows its free space refuses at once.
  row(
    framed(['Content-Length: 9007199254740993'], 'hello', PATCH),
    'closed | 4xx | 507 DENIED',
    undefined,
    cut,
  ),
  row(get('/v2/', 'Content-Length: 5') + 'hello', '200', 'a GET with a body'),
  row(
    get('/v2/', 'Transfer-Encoding: chunked') + '5\r\nhello\r\n0\r\n\r\n',
    '200',
    'a chunked GET',
  ),
  row(get('/v2/', 'Upgrade: h2c', 'Connection: Upgrade, HTTP2-Settings'), '200', 'an upgrade'),
  row(get('/v2/', 'Upgrade: websocket', 'Connection: Upgrade'), '200', 'an upgrade to websocket'),
];
