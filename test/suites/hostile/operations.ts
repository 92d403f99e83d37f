import fc from 'fast-check';

import { OCI_INDEX } from '../../../src/domain/media-type.js';
import {
  CONFIG_DIGEST,
  LAYER_DIGEST,
  MANIFEST,
  MANIFEST_DIGEST,
  NO_DIGEST,
  NO_UPLOAD,
} from './known-content.js';
import { type Row } from './row.js';

/** The known image is in another repository, so that a generated DELETE does not delete it. */
const repository = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('gen/a', 'gen/b', 'gen-c') },
  { weight: 1, arbitrary: fc.constantFrom('Gen', 'gen/..', 'gen//a', '..', '%00', 'a%2fb', '') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary-ascii', maxLength: 30 }) },
  { weight: 1, arbitrary: fc.webPath() },
);

const digest = fc.oneof(
  fc.constantFrom(LAYER_DIGEST, CONFIG_DIGEST, MANIFEST_DIGEST, NO_DIGEST),
  fc.stringMatching(/^sha(256|512):[0-9a-f]{60,70}$/),
  fc.string({ unit: 'binary', maxLength: 80 }),
);

const tag = fc.oneof(
  fc.constantFrom('latest', 'v1', 'V1', '-bad', '__proto__'),
  fc.stringMatching(/^[A-Za-z0-9_.-]{0,140}$/),
);

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.webQueryParameters());

const query = fc
  .array(
    fc.tuple(
      fc.constantFrom('n', 'last', 'digest', 'mount', 'from', 'tag', 'artifactType', 'state'),
      fc.oneof(fc.integer().map(String), digest, tag, text),
    ),
    { maxLength: 4 },
  )
  .map((pairs) => pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&'))
  .map((pairs) => (pairs === '' ? '' : `?${pairs}`));

const target = fc
  .tuple(repository, fc.oneof(digest, tag, text), fc.nat(7), query)
  .map(([name, last, route, more]) => {
    const paths = [
      `/v2/${name}/blobs/${last}`,
      `/v2/${name}/manifests/${last}`,
      `/v2/${name}/blobs/uploads/`,
      `/v2/${name}/blobs/uploads/${NO_UPLOAD}`,
      `/v2/${name}/referrers/${last}`,
      `/v2/${name}/tags/list`,
      '/v2/_catalog',
      `/v2/${last}`,
    ];
    return onOneLine(`${paths[route] ?? ''}${more}`);
  });

const header = fc.oneof(
  fc.constantFrom(
    `Content-Type: ${OCI_INDEX}`,
    'Content-Type: a/b',
    'Content-Range: 0-4',
    'Range: bytes=0-',
    'If-None-Match: *',
    'Expect: 100-continue',
    'Connection: close',
  ),
  fc
    .tuple(fc.constantFrom('Range', 'Content-Range', 'Content-Type', 'X'), text)
    .map(([name, value]) => onOneLine(`${name}: ${value}`)),
);

const json = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc
    .record(
      {
        schemaVersion: fc.oneof(fc.constant(2), fc.anything({ maxDepth: 0 })),
        mediaType: fc.oneof(fc.constant(OCI_INDEX), fc.string()),
        manifests: fc.array(fc.dictionary(fc.constantFrom('mediaType', 'digest', 'size'), text)),
        subject: fc.dictionary(fc.constantFrom('mediaType', 'digest', 'size'), text),
        annotations: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer())),
      },
      { requiredKeys: ['schemaVersion', 'mediaType'] },
    )
    .map((object) => JSON.stringify(object, (_, value: unknown) => withoutBigInt(value))),
  fc.constant(MANIFEST.toString()),
);

const body = fc.oneof(json, fc.string({ unit: 'binary' }), fc.constant(''), fc.constant('{}'));

/** A random request: most of its parts are valid, but seldom the whole. */
export const operation: fc.Arbitrary<Row> = fc
  .record({
    method: fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS'),
    target,
    headers: fc.array(header, { maxLength: 4 }),
    body: fc.option(body),
    length: fc.oneof(
      { weight: 8, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: -10, max: 10 }) },
    ),
  })
  .map(({ method, target: path, headers, body: content, length }): Row => {
    const bytes = Buffer.from(content ?? '');
    const lines = [`${method} ${path} HTTP/1.1`, 'Host: x', ...headers];
    if (content !== null) lines.push(`Content-Length: ${bytes.byteLength + length}`);
    return {
      name: `${method} ${path}`,
      steps: [Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), bytes],
      expected: '…',
      // A body that is announced and never sent would make the server wait for its idle timeout.
      ending: length === 0 ? 'wait' : 'half-close',
    };
  });

/** Removes line ends, because the text after them would be another header or request. */
function onOneLine(value: string): string {
  return value.replaceAll(/[\r\n]/g, '%0a');
}

function withoutBigInt(value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
