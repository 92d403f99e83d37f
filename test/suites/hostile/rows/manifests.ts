import { OCI_IMAGE, OCI_INDEX } from '../../../../src/domain/media-type.js';
import { BASE, CONFIG_DIGEST, MANIFEST, MANIFEST_DIGEST, NO_DIGEST } from '../known-content.js';
import { request, row, type Row } from '../row.js';

const MIB = 1024 * 1024;
const HUGE = 'an upload of this size takes the client itself a while';

const put = (body: string, type?: string, reference = 'hostile'): string =>
  request(
    'PUT',
    `${BASE}/manifests/${reference}`,
    type === undefined ? [] : [`Content-Type: ${type}`],
    Buffer.from(body).toString('latin1'),
  );

const deep = (open: string, close: string, depth: number): string =>
  open.repeat(depth) + close.repeat(depth);

/** An index with one more field, as text, because `JSON.stringify` cannot write all of these. */
const index = (more = '', manifests = '[]'): string =>
  `{"schemaVersion":2,"mediaType":"${OCI_INDEX}","manifests":${manifests}${more && `,${more}`}}`;
const image = (more: string): string =>
  `{"schemaVersion":2,"mediaType":"${OCI_IMAGE}","config":{"mediaType":"a/b","digest":"${CONFIG_DIGEST}","size":2}${more && `,${more}`}}`;

const descriptor = (fields: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ mediaType: OCI_IMAGE, digest: MANIFEST_DIGEST, size: 1, ...fields });

const NOT_JSON = [
  ...[
    '',
    ' ',
    '{',
    '}',
    '{"',
    '{]',
    'nonsense',
    "{'a':1}",
    '{"a":1,}',
    '{"a":01}',
    '{"a":+1}',
    '{}x',
  ],
  ...['{"a":NaN}', '{"a":"\n"}', '{"a":"\\x"}', '{"a":"\\u12"}', '/* */{}', '\u{feff}{}', '{}\x00'],
  ...['undefined', '[1,]', '"', '-', '\x1f\x8b\x08', '<xml/>', 'PK\x03\x04', '{"a":1}{"b":2}'],
];
const NO_OBJECT = ['null', 'true', '0', '1e999', '"text"', '[]', '[{}]'];
const BAD_VERSIONS = ['1', '3', '"2"', 'null', '2.5', '-2', '[]', '{}', '1e999', '9'.repeat(1_000)];
const BAD_SIZES = ['-1', '1.5', '"1"', 'null', '1e999', '9007199254740993', '[]', '{}', 'true'];
const BAD_DESCRIPTORS = [
  ...['null', '1', '""', '[]', '{}', 'true'],
  ...[{ digest: 'x' }, { digest: NO_DIGEST.toUpperCase() }, { digest: 1 }, { digest: null }].map(
    descriptor,
  ),
  ...[{ digest: 'sha256:../../../etc/passwd' }, { digest: `${NO_DIGEST}\u0000` }].map(descriptor),
  ...[{ mediaType: 1 }, { mediaType: '' }, { mediaType: '/' }, { mediaType: 'a' }].map(descriptor),
  ...BAD_SIZES.map(
    (size) => `{"mediaType":"${OCI_IMAGE}","digest":"${MANIFEST_DIGEST}","size":${size}}`,
  ),
];
const BAD_TYPES = [
  ...['', '/', 'a', 'a/', '/b', 'a/b/c', '\xff/\xff', 'application/json', 'text/html', '*/*'],
  ...['application/vnd.docker.distribution.manifest.v1+prettyjws', `${OCI_INDEX}, ${OCI_INDEX}`],
  ...[`a/${'b'.repeat(10_000)}`, OCI_INDEX.toUpperCase(), OCI_IMAGE, `"${OCI_INDEX}"`],
  ...['application/vnd.oci.artifact.manifest.v1+json', '__proto__', 'multipart/form-data'],
];
const BAD_FIELDS = [
  ...['"mediaType":1', '"mediaType":"x"', '"artifactType":1', '"artifactType":{}', '"layers":[]'],
  ...['"annotations":[]', '"annotations":1', '"annotations":{"a":1}', '"annotations":{"a":null}'],
  ...['"annotations":"x"', '"subject":1', '"subject":{}', '"subject":[]', '"config":{}'],
  ...[
    `"annotations":{"__proto__":{"a":"b"}}`,
    '"manifests":{}',
    '"manifests":"x"',
    '"manifests":1',
  ],
];
const ODD_FIELDS = [
  ...['"__proto__":{"schemaVersion":1}', '"constructor":{"prototype":{"a":1}}', '"toString":1'],
  ...['"annotations":{"__proto__":"x","constructor":"y"}', '"annotations":null', '"subject":null'],
  ...[
    '"x":1e999',
    '"x":-0',
    `"x":${'9'.repeat(100_000)}`,
    '"x":"\\ud800"',
    '"":""',
    '"x":"\\u0000"',
  ],
  ...[`"subject":${descriptor({ digest: NO_DIGEST })}`, `"x":${deep('[', ']', 1_000)}`],
];

/** Fields of an index that Go reads as fields of a manifest, or that one reader takes first and another last. */
const AMBIGUOUS_FIELDS = [
  ...['"Config":{}', '"LAYERS":[]', '"Manifests":null', '"manifests":[]', '"MediaType":"a/b"'],
  ...['"layer\\u017f":[]', '"\\u0073ubject":null,"subject":null', '"schemaversion":1'],
  ...['"layerſ":[]', '"Annotations":{}', '"annotations":{},"annotations":{}'],
];
const AMBIGUOUS_DESCRIPTORS = [
  ...[`"Digest":"${NO_DIGEST}"`, `"digest":"${NO_DIGEST}"`, '"SIZE":1', '"DATA":""'],
  ...['"platform":{"os":"a","OS":"b"}', '"platform":{},"Platform":{}', '"urls":[],"URLS":[]'],
].map((field) => `{${field},${descriptor({}).slice(1)}`);

export const MANIFEST_ROWS: readonly Row[] = [
  ...NOT_JSON.map((body) => row(put(body, OCI_INDEX), '400 MANIFEST_INVALID', titled(body))),
  ...NO_OBJECT.map((body) => row(put(body, OCI_INDEX), '400 MANIFEST_INVALID', titled(body))),
  row(
    request('PUT', `${BASE}/manifests/hostile`, [], '{"a":"\xff\xc0\xaf"}'),
    '400 MANIFEST_INVALID',
    'a manifest that is not UTF-8',
  ),
  row(put(Buffer.from(index(), 'utf16le').toString('latin1')), '400 MANIFEST_INVALID', 'UTF-16'),
  ...BAD_VERSIONS.map((version) =>
    row(put(`{"schemaVersion":${version}}`), '400 MANIFEST_INVALID', titled(version)),
  ),
  ...BAD_DESCRIPTORS.flatMap((text) => [
    row(put(index('', `[${text}]`)), '400 MANIFEST_INVALID', `manifests: ${titled(text)}`),
    row(put(image(`"layers":[${text}]`)), '400 MANIFEST_INVALID', `layers: ${titled(text)}`),
    // null means without a subject.
    ...(text === 'null'
      ? []
      : [row(put(index(`"subject":${text}`)), '400 MANIFEST_INVALID', `subject: ${titled(text)}`)]),
  ]),
  ...BAD_TYPES.map((type) => row(put(index(), type), '400 MANIFEST_INVALID', titled(type))),
  ...BAD_FIELDS.map((field) => row(put(index(field)), '400 MANIFEST_INVALID', titled(field))),
  ...AMBIGUOUS_FIELDS.map((field) =>
    row(put(index(field)), '400 MANIFEST_INVALID', `ambiguous ${titled(field)}`),
  ),
  ...AMBIGUOUS_DESCRIPTORS.flatMap((text) => [
    row(
      put(index('', `[${text}]`)),
      '400 MANIFEST_INVALID',
      `manifests: ambiguous ${titled(text)}`,
    ),
    row(
      put(image(`"layers":[${text}]`)),
      '400 MANIFEST_INVALID',
      `layers: ambiguous ${titled(text)}`,
    ),
  ]),
  ...ODD_FIELDS.map((field) => row(put(index(field)), '201', titled(field))),
  row(
    request(
      'PUT',
      `${BASE}/manifests/x`,
      [`Content-Type: ${OCI_INDEX}`, 'Content-Type: a/b'],
      index(),
    ),
    '201 | 400 …',
    'Content-Type twice',
  ),
  row(
    put(index('', `[${descriptor({ digest: NO_DIGEST })}]`)),
    '400 MANIFEST_BLOB_UNKNOWN',
    'a missing child',
  ),
  row(put(MANIFEST.toString(), OCI_IMAGE, NO_DIGEST), '400 DIGEST_INVALID', 'a wrong digest'),
  row(
    request('PUT', `${BASE}/manifests/x`, ['Content-Encoding: gzip'], '\x1f\x8b\x08\x00'),
    '400 MANIFEST_INVALID',
    'a manifest in gzip',
  ),
];

/** Manifests that are malformed by their size. Each may cost the server only limited work. */
export const HUGE_ROWS: readonly Row[] = [
  row(put('['.repeat(1_000_000)), '400 MANIFEST_INVALID', 'a million brackets'),
  row(put(deep('[', ']', 1_000_000)), '400 MANIFEST_INVALID', 'a million pairs of brackets'),
  row(put(deep('{"a":', '}', 500_000)), '400 MANIFEST_INVALID', 'half a million braces, no value'),
  row(put(index(`"x":${deep('[', ']', 1_000_000)}`)), '201', 'brackets in an unknown field'),
  row(
    put(index(`"annotations":${deep('[', ']', 1_000_000)}`)),
    '400 MANIFEST_INVALID',
    'in annotations',
  ),
  row(
    put(index(`"annotations":{"a":${deep('[', ']', 1_000_000)}}`)),
    '400 MANIFEST_INVALID',
    'in one',
  ),
  row(
    put(index(`"subject":${deep('[', ']', 1_000_000)}`)),
    '400 MANIFEST_INVALID',
    'in the subject',
  ),
  row(put(index('', `[${'null,'.repeat(800_000)}null]`)), '400 MANIFEST_INVALID', 'many nulls'),
  row(put(index('', `[${'[],'.repeat(900_000)}[]]`)), '400 MANIFEST_INVALID', 'many empty lists'),
  row(
    put(`{"schemaVersion":${'9'.repeat(4 * MIB - 100)}}`),
    '400 MANIFEST_INVALID',
    'a huge number',
  ),
  row(put(`{"schemaVersion":2e-${'9'.repeat(3 * MIB)}}`), '400 MANIFEST_INVALID', 'a tiny number'),
  row(put(index(`"x":1${'0'.repeat(4 * MIB - 300)}`)), '201', 'a huge number in an unknown field'),
  row(put(index(`"${'k'.repeat(4 * MIB - 300)}":1`)), '201', 'a huge key'),
  row(
    put(index(`"annotations":{"a":"${'v'.repeat(4 * MIB - 300)}"}`)),
    '201',
    '4 MiB of annotation',
  ),
  row(
    put(index(`"annotations":{${numbered(250_000, (n) => `"${n}":""`)}}`)),
    '201',
    'a quarter of a million annotations',
  ),
  row(
    put(index(`"annotations":{"a":"${'\\u0000'.repeat(600_000)}"}`)),
    '201',
    'an annotation of escapes',
  ),
  row(put(`"${'\\'.repeat(4 * MIB - 10)}`), '400 MANIFEST_INVALID', 'backslashes'),
  row(put(' '.repeat(4 * MIB)), '400 MANIFEST_INVALID', 'blanks'),
  row(put(' '.repeat(4 * MIB + 1)), '413 MANIFEST_INVALID', 'one byte too many'),
  row(put(' '.repeat(12 * MIB)), '413 MANIFEST_INVALID', HUGE),
  row(
    request('PUT', `${BASE}/manifests/x`, ['Transfer-Encoding: chunked']) +
      `${(5 * MIB).toString(16)}\r\n${' '.repeat(5 * MIB)}\r\n0\r\n\r\n`,
    '413 MANIFEST_INVALID',
    'too many bytes, chunked',
  ),
  row(
    request('PUT', `${BASE}/manifests/x`, ['Content-Length: 999999999999999']),
    '413 MANIFEST_INVALID',
    'an absurd length',
  ),
  row(
    request('PUT', `${BASE}/manifests/x`, ['Content-Length: 999999999', 'Expect: 100-continue']),
    '413 MANIFEST_INVALID',
    'an absurd length, asked for first',
  ),
  row(
    put(image(`"layers":[${numbered(25_000, layer)}]`)),
    '400 MANIFEST_INVALID',
    'more layers than a manifest may have',
  ),
  row(
    put(image(`"layers":[${numbered(9_900, layer)}]`)),
    '400 MANIFEST_BLOB_UNKNOWN',
    'nearly ten thousand missing layers',
    { withinMs: 15_000 },
  ),
  row(
    put(index('', `[${numbered(25_000, () => descriptor({}))}]`)),
    '400 MANIFEST_INVALID',
    'more entries than an index may have',
  ),
  row(
    put(index('', `[${numbered(9_900, () => descriptor({}))}]`)),
    '201',
    'one child, nearly ten thousand times',
    { withinMs: 15_000 },
  ),
];

function layer(n: number): string {
  return descriptor({ mediaType: 'a/b', digest: `sha256:${n.toString(16).padStart(64, '0')}` });
}

function numbered(count: number, text: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => text(n)).join();
}

function titled(text: string): string {
  return `manifest: ${JSON.stringify(text.slice(0, 60))}`;
}
