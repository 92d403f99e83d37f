import { Digest } from '../../../../src/domain/digest.js';
import { BASE, LAYER_DIGEST, NO_DIGEST, NO_UPLOAD } from '../known-content.js';
import { get, request, row, type Row } from '../row.js';

const HELLO = Digest.of(Buffer.from('hello')).toString();

/** Malformed `Content-Range` values. */
const BAD_RANGES = [
  ...[
    '',
    '0',
    '-',
    '0-',
    '-4',
    'a-b',
    '0-4-5',
    '4-0',
    '+0-4',
    '0 - 4',
    '0-4x',
    '0x0-0x4',
    '0.0-4.0',
  ],
  ...[
    'bytes',
    'bytes ',
    'bytes=',
    'bytes */5',
    'items 0-4/5',
    'bytes 0-4/',
    'bytes 0-4/x',
    '0-4,5-9',
  ],
  ...[
    `0-${'9'.repeat(16)}`,
    `${'9'.repeat(400)}-${'9'.repeat(400)}`,
    '-1-4',
    '0-4;',
    '\xff',
    '٠-٤',
  ],
  ...['NaN-NaN', 'Infinity-Infinity', '1e3-1e4', '0-4/-5', '0-4/5/6', `${' '.repeat(10_000)}0-4x`],
];

const BAD_IDS = [
  ...['x', '..', '.', '%2e%2e', '%00', '%2f', 'a%2fb', `${NO_UPLOAD}%00`, `${NO_UPLOAD}x`, '-'],
  ...[NO_UPLOAD.toUpperCase(), NO_UPLOAD.replaceAll('-', ''), `{${NO_UPLOAD}}`, '__proto__', '~'],
  ...['0'.repeat(36), 'a'.repeat(5_000), '%f0%9f%90%b3', '..%2f..%2f..%2fformat', '%20'],
];

const patch = (range: string, body = 'hello'): string =>
  request('PATCH', '{upload}', [`Content-Range: ${range}`], body);
const put = (range: string, digest = HELLO): string =>
  request('PUT', `{upload}?digest=${digest}`, [`Content-Range: ${range}`], 'hello');
const chunked = (range: string, body: string): string =>
  request('PATCH', '{upload}', [`Content-Range: ${range}`, 'Transfer-Encoding: chunked']) + body;

export const UPLOAD_ROWS: readonly Row[] = [
  ...BAD_RANGES.flatMap((range) => [
    row(patch(range), '400 BLOB_UPLOAD_INVALID', `PATCH ${titled(range)}`, { uploadIsAt: 0 }),
    row(put(range), '400 BLOB_UPLOAD_INVALID', `PUT ${titled(range)}`, { uploadIsAt: 0 }),
  ]),
  ...BAD_IDS.flatMap((id) => [
    row(get(`${BASE}/blobs/uploads/${id}`), '404 BLOB_UPLOAD_UNKNOWN'),
    row(request('PATCH', `${BASE}/blobs/uploads/${id}`, [], 'x'), '404 BLOB_UPLOAD_UNKNOWN'),
    row(request('DELETE', `${BASE}/blobs/uploads/${id}`), '404 BLOB_UPLOAD_UNKNOWN'),
  ]),
  ...['1-5', '5-9', '999999999999990-999999999999994'].map((range) =>
    row(patch(range), '416 BLOB_UPLOAD_INVALID', `PATCH ${titled(range)}`, { uploadIsAt: 0 }),
  ),
  ...['0-3', '0-5', '0-999999999999999'].flatMap((range) => [
    row(patch(range), '400 SIZE_INVALID', `PATCH ${titled(range)}`, { uploadIsAt: 0 }),
    row(put(range), '400 SIZE_INVALID', `PUT ${titled(range)}`, { uploadIsAt: 0 }),
  ]),
  ...['0-3', '0-5'].map((range) =>
    row(chunked(range, '5\r\nhello\r\n0\r\n\r\n'), '400 SIZE_INVALID', `chunked ${titled(range)}`),
  ),
  row(chunked('0-4', '0\r\n\r\n'), '400 SIZE_INVALID', 'chunked, and empty', { uploadIsAt: 0 }),
  row(
    request('PATCH', '{upload}', ['Content-Range: 0-4', 'Content-Range: 0-4'], 'hello'),
    '400 BLOB_UPLOAD_INVALID',
    'Content-Range twice',
    { uploadIsAt: 0 },
  ),
  row(
    request('PATCH', '{upload}', ['Content-Range: 0-4', 'Content-Range: 5-9'], 'hello'),
    '400 BLOB_UPLOAD_INVALID',
    'two of Content-Range',
    { uploadIsAt: 0 },
  ),
  row(put('0-4', NO_DIGEST), '400 DIGEST_INVALID', 'a wrong digest', { uploadIsAt: 5 }),
  row(put('0-4', `sha512:${'0'.repeat(128)}`), '400 DIGEST_INVALID', 'another algorithm', {
    uploadIsAt: 5,
  }),
  row(
    request(
      'PUT',
      `{upload}?digest=${HELLO}`,
      ['Content-Type: \xff', 'Content-Encoding: x'],
      'hello',
    ),
    '201',
    'an invalid type',
    { uploadIsAt: 'gone' },
  ),
  row(
    `${request('DELETE', '{upload}')}${request('DELETE', '{upload}')}`,
    '204 + 404 BLOB_UPLOAD_UNKNOWN',
    'cancelled twice',
    { uploadIsAt: 'gone' },
  ),
  row(
    `${request('DELETE', '{upload}')}${patch('0-4')}`,
    '204 + 404 BLOB_UPLOAD_UNKNOWN',
    'a chunk after a cancel',
    { uploadIsAt: 'gone' },
  ),
  row(
    `${patch('0-4')}${patch('0-4')}`,
    '202 + 416 BLOB_UPLOAD_INVALID',
    'the same chunk twice, pipelined',
    { uploadIsAt: 5 },
  ),
  row(request('DELETE', '{upload}', [], 'x'.repeat(50_000)), '204', 'a DELETE with a body', {
    uploadIsAt: 'gone',
  }),
  row(request('HEAD', '{upload}'), '204', 'HEAD of an upload'),
  row(
    request('POST', `${BASE}/blobs/uploads/?digest=${LAYER_DIGEST}`, [], ''),
    '400 DIGEST_INVALID',
    'one request without its body',
  ),
  row(
    request('POST', `${BASE}/blobs/uploads/?digest=${HELLO}`, ['Content-Range: 0-9'], 'hello'),
    '201 | 400 …',
    'one request with a Content-Range',
  ),
  row(
    request('PATCH', '{upload}', ['Expect: 100-continue', 'Content-Length: 0']),
    '202 | 100 + 202',
    'Expect: 100-continue with an empty body',
  ),
];

function titled(range: string): string {
  return `Content-Range: ${JSON.stringify(range.slice(0, 40))}`;
}
