import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  freePort,
  PROJECT_ROOT,
  startServer,
  type ServerProcess,
} from '../../support/server-process.js';
import { execute, type Finished } from './command.js';
import { Nginx } from './nginx.js';

const BERTH = join(PROJECT_ROOT, 'dist/main.js');

let folder: string;
let open: ServerProcess;
let closed: ServerProcess;
let proxy: Nginx | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-nginx-'));
  // The user "alice" with the password "secret-of-alice".
  const htpasswd = join(folder, 'users');
  await berth(['user', 'add', 'alice', '--file', htpasswd], 'secret-of-alice\n');
  await berth(['tls', 'dev', '--out', join(folder, 'tls')]);
  const trusting = { REGISTRY_TRUSTED_PROXIES: 'loopback' };
  open = await startServer({ driver: 'memory', storagePath: '', environment: trusting });
  closed = await startServer({
    driver: 'memory',
    storagePath: '',
    environment: { ...trusting, REGISTRY_USERS_FILE: htpasswd, REGISTRY_AUTH: 'token' },
  });
});
afterEach(() => proxy?.stop());
afterAll(async () => {
  await open.stop();
  await closed.stop();
  await rm(folder, { recursive: true, force: true });
});

function berth(
  args: readonly string[],
  input = '',
  env: NodeJS.ProcessEnv = {},
): Promise<Finished> {
  return execute(process.execPath, [BERTH, ...args], { cwd: folder, env, input });
}

/** Returns the doctor's report on a registry behind nginx with this block, in which PORT is the port of nginx. */
async function diagnose(server: string, scheme = 'http', ...args: string[]): Promise<Finished> {
  const port = await freePort();
  proxy = await Nginx.start(join(folder, 'nginx'), port, server.replaceAll('PORT', String(port)));
  const url = `${scheme}://localhost:${port}`;
  const ca = ['--ca-file', join(folder, 'tls/ca.crt')];
  return berth(['doctor', url, ...ca, ...args], '', { BERTH_PASSWORD: 'secret-of-alice' });
}

const faults = (output: string) => output.split('\n').filter((line) => line.startsWith('✗'));

const SOUND = 'client_max_body_size 0; proxy_request_buffering off; proxy_http_version 1.1;';
const HANDED_ON =
  'proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-Host $http_host;';
const tls = () =>
  `listen PORT ssl; ssl_certificate ${folder}/tls/server.crt; ssl_certificate_key ${folder}/tls/server.key;`;
const pass = ({ url }: ServerProcess, rest = '') => `location / { proxy_pass ${url}; ${rest} }`;

describe('nginx as docs/tls.md shows it', () => {
  const shown = async ({ url }: ServerProcess): Promise<string> => {
    const page = await readFile(join(PROJECT_ROOT, 'docs/tls.md'), 'utf8');
    const [, block = ''] = /```nginx\n([^]*?)```/.exec(page) ?? [];
    return block
      .replace('listen 443 ssl', 'listen PORT ssl')
      .replace('server_name registry.example.com', 'server_name localhost')
      .replace(/\S+fullchain\.pem/, `${folder}/tls/server.crt`)
      .replace(/\S+privkey\.pem/, `${folder}/tls/server.key`)
      .replace('http://127.0.0.1:5000', url);
  };

  it('has no problem', async () => {
    const { code, stdout } = await diagnose(await shown(open), 'https');
    expect(faults(stdout)).toEqual([]);
    expect(stdout.match(/^✓/gm)).toHaveLength(10);
    expect(code).toBe(0);
  });

  it('has no problem with logins', async () => {
    const { code, stdout } = await diagnose(await shown(closed), 'https', '--username', 'alice');
    expect(faults(stdout)).toEqual([]);
    expect(stdout).toContain('✓ logged in: alice, with a token\n');
    expect(code).toBe(0);
  });
});

describe('berth doctor finds in nginx', () => {
  it.each<[string, () => string, RegExp]>([
    [
      'nginx’s default body limit',
      () => pass(open),
      /a body of 2 MiB is refused \(413, from nginx\S*\): raise .* client_max_body_size 0\)$/,
    ],
    [
      'a configured body limit',
      () => `client_max_body_size 10m; ${pass(open)}`,
      /a body of 20 MiB is refused \(413/,
    ],
    [
      'buffering of requests',
      () => `client_max_body_size 0; ${pass(open)}`,
      /reach the registry only when they are complete: .*proxy_request_buffering off/,
    ],
    [
      'a removed part of the path',
      () => `location /v2/ { proxy_pass ${open.url}/; }`,
      /a registry responds, but not at \/v2\/ \((?:200,|404) .*proxy_pass has a path/,
    ],
    [
      'a page',
      () => "location / { default_type text/html; return 200 '<html>'; }",
      /a web page responds at \/v2\/, from nginx/,
    ],
    [
      'a missing proxy_pass',
      () => 'location / { root /nowhere; }',
      /no registry responds at \/v2\/ \(404, from nginx/,
    ],
    [
      'a registry that does not run',
      () => 'location / { proxy_pass http://127.0.0.1:1; }',
      /the proxy does not reach the registry \(502/,
    ],
    [
      'a redirect',
      () => 'location / { return 301 https://registry.test$request_uri; }',
      /redirects to https:\/\/registry\.test\/v2\//,
    ],
    [
      'a lost header',
      () => SOUND + pass(open, 'proxy_hide_header Docker-Distribution-Api-Version;'),
      /header Docker-Distribution-Api-Version is missing/,
    ],
    [
      'custom error pages',
      () => `${SOUND} error_page 404 /404.html; ${pass(open, 'proxy_intercept_errors on;')}`,
      /arrives as 404 without the registry’s JSON: .*proxy_intercept_errors off/,
    ],
    [
      'compression',
      () => `${SOUND} gzip on; gzip_types *; ${pass(open, 'proxy_set_header Host $http_host;')}`,
      /a manifest arrives compressed \(gzip\): .*gzip off/,
    ],
    [
      'a blocked PATCH',
      () => SOUND + pass(open, 'if ($request_method = PATCH) { return 405; }'),
      /PATCH is refused \(405, from nginx.*limit_except/,
    ],
    [
      'a blocked PUT',
      () => SOUND + pass(open, 'if ($request_method = PUT) { return 403; }'),
      /PUT is refused \(403, from nginx/,
    ],
    [
      'a blocked DELETE',
      () => SOUND + pass(open, 'if ($request_method = DELETE) { return 405; }'),
      /DELETE is refused \(405, from nginx/,
    ],
    [
      'a rewritten Location',
      () => SOUND + pass(open, 'proxy_redirect / http://127.0.0.1:5000/;'),
      /the Location of an upload is http:\/\/127\.0\.0\.1:5000, but .*proxy_redirect off/,
    ],
  ])('%s', async (_what, server, fault) => {
    const { code, stdout } = await diagnose(`server { listen PORT; ${server()} }`);
    expect(faults(stdout)).toContainEqual(expect.stringMatching(fault));
    expect(code).toBe(1);
  });

  it.each<[string, string, RegExp]>([
    [
      'a scheme that is not passed on',
      'proxy_set_header Host $http_host;',
      /the token service is http:\/\/localhost:\d+, but the registry is https:.*X-Forwarded-Proto/,
    ],
    [
      'a host that is not passed on',
      'proxy_set_header X-Forwarded-Proto $scheme;',
      /the token service is https:\/\/127\.0\.0\.1:\d+, and .*REGISTRY_PUBLIC_URL/,
    ],
    [
      'a port that is not passed on',
      'proxy_set_header Host $host; proxy_set_header X-Forwarded-Proto $scheme;',
      /the token service is https:\/\/localhost, but the registry is https:\/\/localhost:\d+/,
    ],
    [
      'a removed Authorization header',
      `${HANDED_ON} proxy_set_header Authorization "";`,
      /alice gets no token \(401 .*header Authorization/,
    ],
    [
      'a lost challenge',
      `${HANDED_ON} proxy_hide_header WWW-Authenticate;`,
      /WWW-Authenticate is missing or not understood/,
    ],
  ])('%s', async (_what, rest, fault) => {
    const server = `server { ${tls()} ${SOUND} ${pass(closed, rest)} }`;
    const { code, stdout } = await diagnose(server, 'https', '--username', 'alice');
    expect(faults(stdout)).toContainEqual(expect.stringMatching(fault));
    expect(code).toBe(1);
  });
});
