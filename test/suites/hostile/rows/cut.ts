import { Digest } from '../../../../src/domain/digest.js';
import { BASE, TAG } from '../known-content.js';
import { row, type Row } from '../row.js';
import { type Ending } from '../wire.js';

const HELLO = Digest.of(Buffer.from('hello-cut-world')).toString();
const BODY = 'hello-cut-world';

/** The parts of a request, between which a client may disconnect. */
interface Stages {
  readonly name: string;
  readonly parts: readonly string[];
  /** Whether it belongs to an upload, which must continue afterwards at the server's offset. */
  readonly toUpload?: true;
}

const lengthOf = (text: string): string => `Content-Length: ${text.length}\r\n`;
const CHUNKS = ['Transfer-Encoding: chunked\r\n', '\r\n', '5\r\n', 'hello', '\r\n', 'a\r\n-cut'];

const REQUESTS: readonly Stages[] = [
  {
    name: 'PATCH',
    toUpload: true,
    parts: ['PATCH ', '{upload} HTTP/1.1\r\n', 'Host: x\r\n', lengthOf(BODY), '\r\n', 'hello'],
  },
  {
    name: 'PATCH in chunks',
    toUpload: true,
    parts: ['PATCH {upload} HTTP/1.1\r\n', 'Host: x\r\n', ...CHUNKS],
  },
  {
    name: 'PATCH of a range',
    toUpload: true,
    parts: [
      'PATCH {upload} HTTP/1.1\r\n',
      'Host: x\r\n',
      'Content-Range: 0-14\r\n',
      lengthOf(BODY),
      '\r\n',
      'hello',
    ],
  },
  {
    name: 'closing PUT',
    toUpload: true,
    parts: [
      'PUT ',
      `{upload}?digest=${HELLO} HTTP/1.1\r\n`,
      'Host: x\r\n',
      lengthOf(BODY),
      '\r\n',
      'hello',
    ],
  },
  {
    name: 'POST of a blob',
    parts: [
      'POST ',
      `${BASE}/blobs/uploads/?digest=${HELLO} HTTP/1.1\r\n`,
      'Host: x\r\n',
      lengthOf(BODY),
      '\r\n',
      'hello',
    ],
  },
  {
    name: 'PUT of a manifest',
    parts: [
      'PUT ',
      `${BASE}/manifests/cut HTTP/1.1\r\n`,
      'Host: x\r\n',
      lengthOf(BODY),
      '\r\n',
      '{"s',
    ],
  },
  {
    name: 'GET',
    parts: ['GET ', `${BASE}/manifests/${TAG}`, ' HTTP/1.1\r\n', 'Host: x\r\n', '\r\n'],
  },
];

const ENDINGS: readonly Ending[] = ['half-close', 'reset'];

/** A client that disconnects at each stage of a request, with a normal close and with a reset. */
export const CUT_ROWS: readonly Row[] = REQUESTS.flatMap(({ name, parts, toUpload }) =>
  parts.flatMap((_, last) =>
    ENDINGS.map((ending) =>
      row(
        // The pause lets the server read the bytes before it sees the end.
        [parts.slice(0, last + 1).join(''), 60],
        'closed | 200 | 400 UNSUPPORTED | 400 BLOB_UPLOAD_INVALID',
        `${name}, cut after part ${last + 1}: ${ending}`,
        {
          ending,
          ...(toUpload && { resumesAs: BODY }),
        },
      ),
    ),
  ),
);
