import { type AccessRules, parseAccessFile } from '../../access/policy/access-file.js';
import { authModeOf } from '../../access/guard/auth-mode.js';
import { proxyVariables } from '../../config/environment.js';
import { type Settings } from '../../config/settings.js';
import { BodyMemory } from '../../domain/body-memory.js';
import { readText } from '../../files/watched-file.js';
import { problemOfRules } from '../../mirror/names/private-content.js';
import { MirrorNames } from '../../mirror/plan/meant-repository.js';
import { parseMirrorsFile } from '../../mirror/plan/mirrors-file.js';
import { type MirrorPlan, type MirrorsPlan } from '../../mirror/plan/mirrors-plan.js';
import { withFile } from '../access-files.js';
import { urlOf } from '../greeting.js';
import { clientSetup, type MirrorClient } from './client-setup.js';

type Print = (line: string) => void;

/** What `berth mirror check` looks at, and the version by which it names itself to other registries. */
export interface CheckOptions {
  readonly file: string | undefined;
  /** Images such as `docker.io/library/alpine:3`. */
  readonly images: readonly string[];
  readonly version: string;
}

/**
 * `berth mirror check`: reports every mistake in the mirrors file, and rules by which private content would be public. Then it asks
 * the registries for `images`. Resolves to whether they have all of them.
 *
 * @throws PlainFailure with every mistake of the file
 */
export function checkMirrors(
  settings: Settings,
  { file, images, version }: CheckOptions,
  print: Print,
): Promise<boolean> {
  return withFile(settings, 'mirrorsFile', file, async (path) => {
    const plan = await readMirrors(settings, path);
    if (images.length > 0) return askFor(images, plan, settings, version, print);
    for (const mirror of plan.mirrors) print(lineOf(mirror));
    for (const [address, name] of plan.listen) print(`${name} is served at ${address}, too`);
    print(`${path} is in order (mirrors: ${plan.mirrors.length})`);
    return true;
  });
}

async function askFor(
  images: readonly string[],
  plan: MirrorsPlan,
  { server, content }: Settings,
  version: string,
  print: Print,
): Promise<boolean> {
  const { askForImage } = await import('./ask-upstream.js');
  const names = new MirrorNames(plan, server.publicUrl);
  const options = {
    userAgent: `berth/${version}`,
    maxManifestBytes: content.maxManifestBytes,
    maxManifestEntries: content.maxManifestEntries,
    memory: new BodyMemory(content.maxManifestMemory),
    proxies: proxyVariables(),
  };
  let all = true;
  for (const image of images) {
    const { exists, sentence } = await askForImage(names, image, options);
    print(sentence);
    all &&= exists;
  }
  return all;
}

/**
 * `berth mirror setup`: prints the file by which a client pulls through the mirrors, and what to do with it.
 *
 * @throws PlainFailure
 */
export function setUpClient(
  settings: Settings,
  client: MirrorClient,
  { file, url }: { readonly file?: string | undefined; readonly url?: string | undefined },
  print: Print,
  advise: Print,
): Promise<void> {
  return withFile(settings, 'mirrorsFile', file, async (path) => {
    const plan = await parseMirrorsFile(await readText(path), path);
    const { text, advice } = clientSetup(client, plan, url ?? publicUrlOf(settings));
    print(text);
    advice.forEach(advise);
  });
}

async function readMirrors(settings: Settings, path: string): Promise<MirrorsPlan> {
  const rules = await rulesOf(settings);
  return parseMirrorsFile(await readText(path), path, {
    problemOfPrivate: (mirror) => problemOfRules(mirror, rules),
  });
}

async function rulesOf(settings: Settings): Promise<AccessRules | 'open' | undefined> {
  if (authModeOf(settings) === 'none') return 'open';
  const { accessFile } = settings.auth;
  return accessFile === '' ? undefined : parseAccessFile(await readText(accessFile), accessFile);
}

function lineOf({ name, url, content, login, offline }: MirrorPlan): string {
  const parts = [
    ...(offline ? ['offline'] : []),
    ...(login === undefined
      ? []
      : ['user' in login ? `login ${login.user}` : 'login by a command']),
    `${content} content`,
  ];
  return `${name} is ${url.origin}: ${parts.join(', ')}`;
}

function publicUrlOf({ server, tls }: Settings): string {
  if (server.publicUrl !== '') return server.publicUrl;
  return urlOf(server.host, server.port, tls.certificate === '' ? 'http' : 'https').origin;
}
