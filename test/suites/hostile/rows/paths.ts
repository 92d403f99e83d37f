import { BASE, LAYER_DIGEST, MANIFEST_DIGEST, NO_UPLOAD, TAG } from '../known-content.js';
import { get, request, row, type Row } from '../row.js';

const BAD_NAMES = [
  ...['Team', 'team/App', 'TEAM/APP', 'a..b', 'a___b', 'a._b', 'a_.b', 'a.-b', 'a-.b'],
  ...['-a', 'a-', '.a', 'a.', '_a', 'a_', '__a', 'a__', 'a/-b', 'a-/b', 'a/.b', 'a/_b'],
  ...['../a', 'a/..', './a', 'a/.', 'a/../b', 'a/./b', '../../etc/passwd', '..', '.', '...'],
  ...['a//b', '/a', 'a/', 'a///b', '//a//', '\\a', 'a\\b', '..\\..\\a', 'c:\\a', '~', '~a', 'a~b'],
  ...[
    'a b'.replace(' ', '%20'),
    '%20',
    '%00',
    'a%00',
    'a%00b',
    '%00/etc',
    'a%0ab',
    'a%0d%0aX:%20y',
  ],
  ...['%2e%2e', '%2e', '%2e%2e%2fa', 'a%2f..%2fb', 'a%2f%2fb', '..%2f..%2fetc', '%2fa', 'a%2f'],
  ...['a%5cb', '%7ea', 'a%7fb', 'a%1bb', 'a%09b', '%25', '%2525', 'a%252fb', '%252e%252e'],
  ...['a:b', 'a@b', 'a+b', 'a*b', 'a$b', 'a!b', "a'b", 'a"b', 'a;b', 'a=b', 'a&b', 'a,b', 'a|b'],
  ...['a<b', 'a>b', 'a^b', 'a`b', 'a{b}', 'a[b]', '(a)', '%23', 'a%3fb', 'sha256:a', '__proto__'],
  ...['%c3%a9', '%c3%a9/a', '%e2%80%ae', '%f0%9f%90%b3', '%ef%bc%8f', '%ef%bb%bfa', '%d9%a3'],
  ...['a'.repeat(256), 'a/'.repeat(128) + 'a', 'a'.repeat(8_000), 'a/'.repeat(4_000) + 'a'],
  ...['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', `${'a-'.repeat(120)}!`, `${'a/'.repeat(120)}-`],
];

const ODD_NAMES = [
  ...['constructor', 'tostring', 'hasownproperty', 'nul', 'con', 'aux.txt', 'a--------b', 'a__b'],
  ...[
    'a'.repeat(255),
    'a/'.repeat(127) + 'a',
    'blobs',
    'manifests/tags',
    'uploads/blobs',
    '0',
    'v2',
  ],
];

const UNKNOWN_PATHS = [
  ...['//', '/v1/', '/v3/', '/V2/', '/v2//', '//v2/', '/v2/.', '/v2/..', '/v2/../', '/./v2/'],
  ...['/../v2/', '/v2/%2e%2e/', '/v2%2f', '/%76%32/%', '/v2;a', '/v2/;a', '/\\v2\\', '/v2/%00'],
  ...['/health/', '/HEALTH', '/health/x', '/.env', '/.git/config', '/etc/passwd', '/favicon.ico'],
  ...[
    '/v2/_catalog/',
    '/v2/_Catalog',
    '/v2/_catalog/x',
    '/v2/_catalog%00',
    '/v2/team',
    '/v2/team/app',
  ],
  ...[
    BASE,
    `${BASE}/`,
    `${BASE}/blobs`,
    `${BASE}/blobs/`,
    `${BASE}/manifests`,
    `${BASE}/manifests/`,
  ],
  ...[
    `${BASE}/tags`,
    `${BASE}/tags/`,
    `${BASE}/tags/list/`,
    `${BASE}/tags/LIST`,
    `${BASE}/Tags/list`,
  ],
  ...[
    `${BASE}/tags/list/x`,
    `${BASE}/referrers`,
    `${BASE}/referrers/`,
    `${BASE}/BLOBS/${LAYER_DIGEST}`,
  ],
  ...[
    `${BASE}/blobs/${LAYER_DIGEST}/`,
    `${BASE}/blobs/${LAYER_DIGEST}/x`,
    `${BASE}/manifests/1.0/`,
  ],
  ...[
    `${BASE}/manifests/1.0/x`,
    `${BASE}/blobs/uploads/${NO_UPLOAD}/`,
    `/v2/blobs/${LAYER_DIGEST}`,
  ],
  ...['/v2/tags/list', '/v2/manifests/1.0', '/v2/blobs/uploads/', `${BASE}/blobs//${LAYER_DIGEST}`],
  ...[`${BASE}/manifests//1.0`, `${BASE}/tags//list`, `${BASE}%2ftags%2flist`, '/v2/%2f%2f'],
];

const BAD_ESCAPES = [
  '%',
  '%z',
  '%zz',
  '%1',
  '%ff',
  '%c0%af',
  '%ed%a0%80',
  '%f8%88%80%80%80',
  '%u0041',
];

const BAD_TAGS = [
  ...[
    '-a',
    '.a',
    '.',
    '..',
    '...',
    '%2e%2e',
    '%2f',
    'a%2fb',
    '..%2f..%2fx',
    'a%00',
    '%00',
    'a%0ab',
  ],
  ...['a b'.replace(' ', '%20'), 'a+b', 'a@b', 'a~', '~a', 'a,b', '%c3%a9', '%e2%80%8b', 'a*', '*'],
  ...['a$b', 'a\\b', 'a"b', "a'b", 'a;b', 'a=b', 'a&b', '%3f', 't'.repeat(129), 't'.repeat(8_000)],
];

const ODD_TAGS = ['__proto__', 'constructor', 'toString', 'nul', '_', '0', 't'.repeat(128)];

export const PATH_ROWS: readonly Row[] = [
  ...BAD_NAMES.map((name) => row(get(`/v2/${name}/tags/list`), '400 NAME_INVALID')),
  ...['Bad', 'a..b', '%00', '..%2fx'].flatMap((name) => [
    row(get(`/v2/${name}/blobs/${LAYER_DIGEST}`), '400 NAME_INVALID'),
    row(request('HEAD', `/v2/${name}/blobs/${LAYER_DIGEST}`), '400'),
    row(request('DELETE', `/v2/${name}/blobs/${LAYER_DIGEST}`), '400 NAME_INVALID'),
    row(request('POST', `/v2/${name}/blobs/uploads/`, [], ''), '400 NAME_INVALID'),
    row(request('PATCH', `/v2/${name}/blobs/uploads/${NO_UPLOAD}`, [], 'x'), '400 NAME_INVALID'),
    row(request('PUT', `/v2/${name}/manifests/${TAG}`, [], '{}'), '400 NAME_INVALID'),
    row(get(`/v2/${name}/referrers/${MANIFEST_DIGEST}`), '400 NAME_INVALID'),
  ]),
  ...ODD_NAMES.map((name) => row(get(`/v2/${name}/tags/list`), '404 NAME_UNKNOWN')),
  ...UNKNOWN_PATHS.map((path) => row(get(path), '404 UNSUPPORTED')),
  ...BAD_ESCAPES.flatMap((escape) => [
    row(get(`/v2/${escape}/tags/list`), '400 UNSUPPORTED'),
    row(get(`${BASE}/manifests/${escape}`), '400 UNSUPPORTED'),
    row(get(`${BASE}/blobs/${escape}`), '400 UNSUPPORTED'),
    row(get(`${BASE}/blobs/uploads/${escape}`), '400 UNSUPPORTED'),
  ]),
  ...BAD_TAGS.flatMap((tag) => [
    row(get(`${BASE}/manifests/${tag}`), '400 MANIFEST_INVALID'),
    row(request('PUT', `${BASE}/manifests/${tag}`, [], '{}'), '400 MANIFEST_INVALID'),
  ]),
  ...BAD_TAGS.filter((tag) => tag.length < 1_000)
    .slice(0, 12)
    .map((tag) =>
      row(request('PUT', `${BASE}/manifests/x?tag=${tag}`, [], '{}'), '400 MANIFEST_INVALID'),
    ),
  ...ODD_TAGS.flatMap((tag) => [
    row(get(`${BASE}/manifests/${tag}`), '404 MANIFEST_UNKNOWN'),
    row(request('DELETE', `${BASE}/manifests/${tag}`), '404 MANIFEST_UNKNOWN'),
  ]),
  row(get(`/v2/${'/blobs'.repeat(2_000)}/x`), '4xx'),
  row(get(`/v2/${'a/manifests/'.repeat(1_200)}-`), '4xx'),
  row(get(`/v2/a${'/'.repeat(10_000)}tags/list`), '400 NAME_INVALID'),
];
