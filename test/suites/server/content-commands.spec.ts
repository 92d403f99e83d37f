import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { makeCertificate, makeLogins } from '../../support/berth.js';
import { PROJECT_ROOT, startServer, type ServerProcess } from '../../support/server-process.js';
import { pushExampleImages } from './example-images.js';
import { inTerminal, shell, type Ended } from './shell.js';
import { withDirectory } from './storage-directory.js';

/** The commands that only look, with the field of their JSON that has what they show. */
const LOOKS: readonly (readonly [string, string])[] = [
  ['ls', 'repositories'],
  ['ls team/app', 'tags'],
  ['inspect team/app:1.0', 'manifest'],
  ['history team/app:1.0', 'changes'],
  ['du', 'repositories'],
  ['prune --keep 2', 'tags'],
  ['uploads', 'uploads'],
  ['token list', 'robots'],
];

describe('the commands about content', () => {
  let cwd: string;
  let server: ServerProcess;
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'berth-content-'));
    server = await startServer({ driver: 'filesystem', storagePath: join(cwd, 'data') });
    await pushExampleImages(server.url);
    await fetch(`${server.url}/v2/team/app/blobs/uploads/`, { method: 'POST' });
  });
  afterAll(async () => {
    await server.stop();
    await rm(cwd, { recursive: true });
  });

  const places = {
    'a running registry': () => ({ BERTH_REGISTRY: server.url }),
    'a directory': () => ({ REGISTRY_STORAGE_PATH: join(cwd, 'data') }),
  };
  type PlaceName = keyof typeof places;
  const names = Object.keys(places) as PlaceName[];
  const TMP = () => join(cwd, 'tmp');
  const placeOf = (name: PlaceName) => ({ cwd, environment: { ...places[name](), TMPDIR: TMP() } });
  const run = (line: string, name: PlaceName): Promise<Ended> => shell(line, placeOf(name));
  beforeAll(() => mkdir(TMP()));

  describe.each(names)('on %s', (name) => {
    it.each(LOOKS)('"berth %s" shows a table of 80 columns through a pipe', async (words) => {
      const { code, output, errors } = await run(`berth ${words} | cat`, name);
      expect({ code, errors: errors.match(/Error|at .*:\d+/) }).toEqual({ code: 0, errors: null });
      const tooLong = output.split('\n').filter((line) => line.length > 80);
      expect(tooLong).toEqual([]);
      expect(output).not.toMatch(/\d (s|min) ago|just now|[\u001b\t]/);
    });

    it.each(LOOKS)('"berth %s" shows a table of 80 columns in a terminal', async (words) => {
      const { code, output } = await inTerminal(words, placeOf(name));
      expect(code).toBe(0);
      expect(output.split('\n').filter((line) => line.length > 80)).toEqual([]);
      expect(output).not.toMatch(/\d\d:\d\dZ|[\u001b\t]/);
    });

    it.each(LOOKS)('"berth %s --json" prints one value with %s', async (words, field) => {
      const { code, output } = await run(`berth ${words} --json`, name);
      expect(code).toBe(0);
      expect(JSON.parse(output)).toHaveProperty(field);
    });

    it('a tag is set, moved, put back by a short digest, and removed alone', async () => {
      const tagged = await run('berth tag team/app:1.0 stable', name);
      expect(tagged).toMatchObject({ code: 0, errors: '' });
      await run('berth tag team/app:1.1 stable', name);
      const history = await run('berth history team/app:stable', name);
      const [, advice = ''] = /for example: (.*)\n/.exec(history.errors) ?? [];
      const back = await run(advice, name);
      expect(back).toMatchObject({ code: 0, errors: '' });
      expect(back.output.split('\n')[0]).toBe(tagged.output.trimEnd());
      const removed = await run('berth rm team/app:stable', name);
      expect(removed.output).toMatch(/^removed tag team\/app:stable\n/);
      expect(removed.output).toMatch(/\nthese tags stay: 1\.0\n$/);
      expect(await run('berth rm team/app:stable', name)).toMatchObject({ code: 1, output: '' });
    });

    it('a manifest is removed by its digest, with its tags', async () => {
      await run('berth tag lib/base:latest one && berth tag lib/base:latest two', name);
      const { output } = await run('berth inspect lib/base:one --json', name);
      const { manifest } = JSON.parse(output) as { manifest: { digest: string } };
      const removed = await run(`berth rm lib/base@${manifest.digest}`, name);
      expect(removed.output).toMatch(/\nremoved its tags: latest, one, two\n$/);
      await pushExampleImages(server.url);
    });

    it('tags are pruned only with --yes, and put back as the output says', async () => {
      const line = "berth prune team/app --match 'pr-*' --keep 1";
      const dry = await run(`${line} --json`, name);
      const plan = JSON.parse(dry.output) as { tags: { tag: string; result: string }[] };
      expect(plan.tags.filter(({ result }) => result === 'would be removed')).toHaveLength(2);
      expect((await run('berth ls team/app', name)).output).toMatch(/pr-1[^]*pr-2[^]*pr-3/);
      const done = await run(`${line} --yes`, name);
      expect(done.output).toMatch(/removed +team\/app:pr-2 +2nd newest/);
      const [, advice = ''] = /\n(berth tag .*)\n/.exec(done.errors) ?? [];
      expect(await run(advice, name)).toMatchObject({ code: 0 });
      await pushExampleImages(server.url);
    });

    it('an upload is ended', async () => {
      await fetch(`${server.url}/v2/team/app/blobs/uploads/`, { method: 'POST' });
      const { output } = await run('berth uploads --json', name);
      const { uploads } = JSON.parse(output) as { uploads: { id: string }[] };
      const id = uploads[0]?.id ?? '';
      expect(await run(`berth uploads --discard ${id}`, name)).toMatchObject({ code: 0 });
      const after = await run('berth uploads', name);
      expect(after.output).not.toContain(id);
    });

    it('a list of events without any says so, and no JSON does', async () => {
      const line = "berth events --repositories 'no/such'";
      const none = { code: 0, output: '', errors: 'There are no such events.\n' };
      expect(await run(line, name)).toEqual(none);
      expect(await run(`${line} --json`, name)).toEqual({ ...none, errors: '' });
    });

    it('a reader that closes the pipe ends the command quietly, and nothing stays in TMPDIR', async () => {
      const { errors, output } = await run('berth ls team/app --json | head -1', name);
      expect({ errors, output }).toEqual({ errors: '', output: '{\n' });
      expect(await readdir(TMP())).toEqual([]);
    });

    it.each([
      ['ls no/such', 'no/such: no such repository\n'],
      ['inspect team/app:nope', 'team/app:nope: no such tag\n'],
      ['history team/app', 'name a tag, such as team/app:latest: each tag has a history\n'],
      ['tag team/app@abcdef1 x', expect.stringMatching(/^no tag of team\/app has a digest that/)],
      ['ls --sort color', expect.stringMatching(/^--sort is "color"; allowed: name, size/)],
      ['prune', expect.stringMatching(/^say which tags stay.*\nUsage: berth prune/)],
      ['prune --keep x', '--keep is "x"; allowed: a whole number, such as 10\n'],
      ['uploads --discard x', expect.stringMatching(/upload/)],
    ])('"berth %s" fails with one sentence', async (words, errors) => {
      expect(await run(`berth ${words}`, name)).toEqual({ code: 1, output: '', errors });
    });
  });

  it('in a terminal, a whole repository is removed only with --yes', async () => {
    const asked = await inTerminal('rm lib/base', placeOf('a directory'));
    expect(asked.code).toBe(1);
    expect(asked.output).toContain('repeat it with --yes if that is meant');
    const done = await inTerminal('rm lib/base --yes', placeOf('a directory'));
    expect(done.output).toMatch(/^removed lib\/base: 1 manifest, .* freed\n$/);
    await pushExampleImages(server.url);
    const byUrl = await run('berth rm lib/base', 'a running registry');
    expect(byUrl.output).toMatch(/^removed lib\/base: 1 manifest; blobs that only it had/);
    await pushExampleImages(server.url);
    const script = await run('berth rm lib/base', 'a directory');
    expect(script.output).toMatch(/^removed lib\/base: 1 manifest, .* freed\n$/);
    await pushExampleImages(server.url);
  });

  it('on a directory, the history and the events name the user of the operating system', async () => {
    await run('berth tag team/app:1.0 mine', 'a directory');
    const by = userInfo().username;
    const history = await run('berth history team/app:mine --json', 'a directory');
    expect(JSON.parse(history.output)).toMatchObject({ changes: [{ by }] });
    const line = "berth events --types tag.created --repositories 'team/*' --json | tail -1";
    const events = await run(line, 'a directory');
    expect(JSON.parse(events.output)).toMatchObject({ type: 'tag.created', data: { by } });
  });

  it.each(Object.keys(places))(
    '"berth events --follow" on %s prints what happens, until it is interrupted',
    async (name) => {
      const args = [join(PROJECT_ROOT, 'dist/main.js'), 'events', '--follow'];
      const env = placeOf(name as PlaceName).environment;
      const child = spawn(process.execPath, args, { cwd, env });
      let output = '';
      const seen = new Promise<void>((resolve) =>
        child.stdout.on('data', (chunk: Buffer) => {
          output += chunk.toString();
          if (output.includes('team/app:followed')) resolve();
        }),
      );
      let count = 0;
      // The first of them may come before the command follows.
      const pushing = setInterval(() => {
        void run(`berth tag team/app:1.0 followed-${++count}`, 'a running registry');
      }, 500);
      await seen;
      clearInterval(pushing);
      child.kill('SIGINT');
      await once(child, 'close');
      expect(output).toMatch(
        /^\d{4}-\d\d-\d\dT[\d:]+Z  tag\.created +team\/app:followed-\d+ [\da-f]{12}/m,
      );
    },
  );
});

const RULES = `
admins: [alice]
rules:
  - { repositories: ['**'], who: [alice], can: [pull, push, delete] }
`;

describe('a command for a registry with logins and a certificate', () => {
  it('exchanges the identity token that docker keeps of a login with tokens', async () => {
    await withDirectory(async (cwd) => {
      const logins = await makeLogins(cwd, { alice: 'long secret' }, RULES);
      const server = await startServer({
        driver: 'memory',
        storagePath: '',
        environment: { ...logins.environment, REGISTRY_AUTH_MODE: 'token' },
      });
      const { host } = new URL(server.url);
      const login = { grant_type: 'password', username: 'alice', password: 'long secret' };
      const form = { ...login, service: 'berth', client_id: 'docker', access_type: 'offline' };
      const answer = await fetch(`${server.url}/v2/_token`, {
        method: 'POST',
        body: new URLSearchParams(form),
      });
      const { refresh_token: identitytoken } = (await answer.json()) as { refresh_token?: string };
      expect(identitytoken).toEqual(expect.any(String));
      const list = async (token: string | undefined): Promise<Ended> => {
        const stored = { auth: Buffer.from('alice:').toString('base64'), identitytoken: token };
        const config = { auths: { [host]: stored } };
        await writeFile(join(cwd, 'config.json'), JSON.stringify(config));
        return shell(`berth ls --registry ${server.url}`, {
          cwd,
          environment: { DOCKER_CONFIG: cwd },
        });
      };

      expect(await list(identitytoken)).toMatchObject({
        code: 0,
        errors: 'There are no repositories.\n',
      });
      expect(await list(`${identitytoken}x`)).toMatchObject({
        code: 1,
        errors: expect.stringContaining('does not take the stored login: run docker login again'),
      });
      await server.stop();
    });
  });

  it('logs in by --username, and by the file of docker', async () => {
    await withDirectory(async (cwd) => {
      const made = await makeCertificate(cwd);
      const logins = await makeLogins(cwd, { alice: 'long secret' }, RULES);
      const server = await startServer({
        driver: 'filesystem',
        storagePath: join(cwd, 'data'),
        ca: made.ca,
        environment: { ...made.environment, ...logins.environment },
      });
      const { host } = new URL(server.url);
      const ca = `--ca-file ${join(cwd, 'ca.crt')}`;
      const DOCKER_CONFIG = join(cwd, 'docker');
      const run = (line: string, environment = {}): Promise<Ended> =>
        shell(line, { cwd, environment: { DOCKER_CONFIG, ...environment } });
      const store = async (login: object): Promise<void> => {
        await mkdir(DOCKER_CONFIG, { recursive: true });
        const config = { auths: { [host]: login } };
        await writeFile(join(DOCKER_CONFIG, 'config.json'), JSON.stringify(config));
      };
      const empty = { code: 0, output: '', errors: 'There are no repositories.\n' };
      const there = `berth ls ${host}/ ${ca}`;

      const untrusted = await run(`berth ls --registry ${server.url}`);
      expect(untrusted.errors).toMatch(/its certificate is of an unknown CA; name the file/);
      const anonymous = await run(there);
      expect(anonymous.errors).toMatch(/: log in first: use docker login /);
      const password = { BERTH_PASSWORD: 'long secret' };
      expect(await run(`${there} --username alice`, password)).toEqual(empty);
      await store({ auth: Buffer.from('alice:long secret').toString('base64') });
      expect(await run(there)).toEqual(empty);
      await store({ auth: Buffer.from('alice:wrong').toString('base64') });
      expect(await run(there)).toMatchObject({ code: 1, output: '' });
      const robot = "berth token create --name ci --can pull --repositories '**' --json";
      const made2 = await run(`${robot} --registry ${host} ${ca} --username alice`, password);
      expect(JSON.parse(made2.output)).toHaveProperty('token');
      const list = await run(
        `berth token list --registry ${host} ${ca} --username alice`,
        password,
      );
      expect(list.output).toMatch(
        /ID +NAME +CAN +BY +LAST USED +EXPIRES\n.* ci +pull in \*\* +alice/,
      );
      await server.stop();
    });
  });
});

const EXAMPLE_MIRRORS = `
mirrors:
  - { name: docker.io, url: 'https://registry-1.docker.io' }
listen: { '127.0.0.1:5001': docker.io }
`;

it('each example of docs/cli.md runs, and prints what the page shows', async () => {
  await withDirectory(async (cwd) => {
    const server = await startServer({ driver: 'filesystem', storagePath: join(cwd, 'data') });
    await pushExampleImages(server.url);
    await writeFile(join(cwd, 'mirrors.yaml'), EXAMPLE_MIRRORS);
    const { host } = new URL(server.url);
    const page = await readFile(join(PROJECT_ROOT, 'docs/cli.md'), 'utf8');
    const blocks = [...page.matchAll(/```console\n([^]*?)```/g)].map(([, block = '']) => block);
    expect(blocks.length).toBeGreaterThan(8);
    const environment = { REGISTRY_STORAGE_PATH: join(cwd, 'data') };
    for (const [line, expected] of blocks.flatMap(examplesOf)) {
      const typed = line.replaceAll('localhost:5000', host);
      const { output, errors } = await shell(`{ ${typed}; } 2>&1`, { cwd, environment });
      expect(`${line}\n${plain(output + errors, host)}`).toBe(`${line}\n${plain(expected, host)}`);
    }
    await server.stop();
  });
});

/** Returns the command lines of a block with their outputs. */
function examplesOf(block: string): [string, string][] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end), part.slice(end + 1)];
    });
}

/** Returns an output without what differs from run to run: times, users, ids and spaces. */
function plain(text: string, host: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\d(T[\d:.]+Z)?/g, 'TIME')
    .replaceAll(/\d+ h\b/g, 'AGE')
    .replaceAll(host, 'localhost:5000')
    .replaceAll(/\b[\da-f]{12}(?=  ci )/g, 'ID')
    .replaceAll(/Robot [\da-f]{12}|revoke [\da-f]{12}|berth_[\w…-]+/g, 'ID')
    .replaceAll(new RegExp(`\\b(${userInfo().username}|alice)\\b`, 'g'), 'USER')
    .replaceAll(/ +/g, ' ')
    .trimEnd();
}
