import { BASE, LAYER_DIGEST, MANIFEST_DIGEST } from '../known-content.js';
import { get, request, row, type Row } from '../row.js';

const LISTS = [`${BASE}/tags/list`, '/v2/_catalog', `${BASE}/referrers/${MANIFEST_DIGEST}`];

const BAD_COUNTS = [
  ...['-1', '-0', '+1', '1.5', '1e3', '0x10', '1_000', '1%20', '%201', 'NaN', 'Infinity', 'null'],
  ...[
    '',
    '%00',
    '1%00',
    '%d9%a3',
    'a',
    '9'.repeat(16),
    '9'.repeat(8_000),
    '1,2',
    '[1]',
    '1;2',
    '²',
  ],
];

const GOOD_COUNTS = ['0', '00', '007', '1', '999999999999999'];

const ODD_LASTS = [
  ...[
    '%00',
    '..',
    '../../etc',
    '%2e%2e%2f',
    'zzzz',
    '%ff',
    '%',
    '%zz',
    '__proto__',
    'a%0d%0aX:%20y',
  ],
  ...['a'.repeat(10_000), '%f0%9f%90%b3', "'%20OR%201=1", '%22%3e%3cscript%3e', '\\', '+', ''],
];

const DOUBLE = (name: string, value: string): string => `${name}=${value}&${name}=${value}`;

export const QUERY_ROWS: readonly Row[] = [
  ...BAD_COUNTS.flatMap((n) => LISTS.map((list) => row(get(`${list}?n=${n}`), '400 UNSUPPORTED'))),
  ...GOOD_COUNTS.flatMap((n) => LISTS.map((list) => row(get(`${list}?n=${n}`), '200'))),
  ...ODD_LASTS.flatMap((last) => [
    row(get(`${BASE}/tags/list?last=${last}`), '200'),
    row(get(`/v2/_catalog?n=5&last=${last}`), '200'),
    row(get(`${BASE}/referrers/${MANIFEST_DIGEST}?last=${last}`), '400 DIGEST_INVALID'),
  ]),
  ...LISTS.flatMap((list) => [
    row(get(`${list}?${DOUBLE('n', '1')}`), '400 UNSUPPORTED'),
    row(get(`${list}?n=1&n=2`), '400 UNSUPPORTED'),
    row(get(`${list}?n=1&%6e=2`), '400 UNSUPPORTED'),
    row(get(`${list}?${DOUBLE('last', 'a')}`), '400 UNSUPPORTED'),
    row(get(`${list}?n[]=1`), '200'),
    row(get(`${list}?__proto__[n]=1&constructor=2`), '200'),
    row(get(`${list}?${'a&'.repeat(5_000)}`), '200'),
    row(get(`${list}?n=1?n=2`), '400 UNSUPPORTED'),
    row(get(`${list}?&&==&=`), '200'),
    row(get(`${list}#n=x`), '200 | 4xx'),
  ]),
  ...[...ODD_LASTS].map((type) =>
    row(get(`${BASE}/referrers/${MANIFEST_DIGEST}?artifactType=${type}`), '200'),
  ),
  row(
    get(`${BASE}/referrers/${MANIFEST_DIGEST}?${DOUBLE('artifactType', 'a/b')}`),
    '400 UNSUPPORTED',
  ),
  ...['digest', 'mount'].flatMap((name) => [
    row(
      request('POST', `${BASE}/blobs/uploads/?${DOUBLE(name, LAYER_DIGEST)}`, [], ''),
      '400 UNSUPPORTED',
    ),
    row(
      request('POST', `${BASE}/blobs/uploads/?${name}=${LAYER_DIGEST}&${name}=x`, [], ''),
      '400 UNSUPPORTED',
    ),
  ]),
  row(
    request('POST', `${BASE}/blobs/uploads/?mount=${LAYER_DIGEST}&from=a&from=b`, [], ''),
    '400 UNSUPPORTED',
  ),
  row(
    request('POST', `${BASE}/blobs/uploads/?${DOUBLE('digest-algorithm', 'sha256')}`, [], ''),
    '400 UNSUPPORTED',
  ),
  row(request('PUT', `{upload}?${DOUBLE('digest', LAYER_DIGEST)}`, [], ''), '400 UNSUPPORTED'),
  // An invalid name is not a repository to mount from, so an upload begins.
  ...['Bad', '..', '%00', '', '../../etc', 'a'.repeat(300), '%ff'].map((from) =>
    row(
      request('POST', `${BASE}/blobs/uploads/?mount=${LAYER_DIGEST}&from=${from}`, [], ''),
      '202',
    ),
  ),
  row(
    request('PUT', `${BASE}/manifests/x?${'tag=a&'.repeat(101)}`, [], '{}'),
    '414 MANIFEST_INVALID',
  ),
  row(
    request('PUT', `${BASE}/manifests/x?${'tag=a&'.repeat(2_000)}`, [], '{}'),
    '414 MANIFEST_INVALID',
  ),
  row(request('PUT', `${BASE}/manifests/x?tag=`, [], '{}'), '400 MANIFEST_INVALID'),
  row(request('PUT', `${BASE}/manifests/x?${'tag=a&'.repeat(6_000)}`, [], '{}'), '431 UNSUPPORTED'),
];
