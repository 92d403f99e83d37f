import { createHash } from 'node:crypto';

import { duration, flag, oneOf, wholeNumber } from '../../config/kinds.js';
import { type YamlValue } from '../../files/yaml-source.js';
import { pinOf, readKeep, warmImageOf } from './kept-content.js';
import { type MirrorPlan, type UpstreamLogin } from './mirrors-plan.js';
import { type Entry, type PlanSource } from './plan-source.js';
import {
  problemOfCertificates,
  problemOfOrigin,
  problemOfPassword,
  problemOfProxy,
  problemOfRealm,
} from './plan-values.js';
import { readWarm } from './warm-plan.js';

const DAY_MS = 86_400_000;

/** The host of Docker Hub, whose official images are below `library/`. */
const DOCKER_HUB = 'registry-1.docker.io';

/** How long things hold, how many downloads run at once, and what is kept. */
export type Limits = Pick<MirrorPlan, 'freshMs' | 'staleMs' | 'missingMs' | 'connections' | 'keep'>;

export const DEFAULT_LIMITS: Limits = {
  freshMs: 300_000,
  staleMs: 30 * DAY_MS,
  missingMs: 60_000,
  connections: 8,
  keep: {},
};

/** The keys of `defaults`, which each mirror may have, too. */
export const LIMIT_KEYS = ['fresh', 'stale', 'missing', 'connections', 'keep'];

const KEYS = [
  ...['also', 'library', 'login', 'realm', 'content', 'ca', 'proxy', 'addresses'],
  ...['allow', 'deny', 'fetch', 'offline', 'pin', 'warm', ...LIMIT_KEYS],
];

const FRESH = duration(0);
const STALE = duration(0, 3_650 * DAY_MS);
const MISSING = duration(0);
const CONNECTIONS = wholeNumber(1, 1_000);
const CONTENT = oneOf('public', 'private');
const ADDRESSES = oneOf('public', 'private');

/** Returns why the content of a mirror would not stay private, or `undefined`. */
export type ProblemOfPrivate = (mirror: string) => string | undefined;

/** Reads one entry of `mirrors`. */
export class MirrorEntry {
  private readonly entry: Entry;

  constructor(
    private readonly source: PlanSource,
    value: YamlValue,
    private readonly problemOfPrivate: ProblemOfPrivate,
  ) {
    this.entry = source.yaml.record(value, 'a mirror', ['name', 'url'], KEYS);
  }

  /** Resolves to the plan. Its values are defaults where the file is wrong. */
  async read(name: string, also: readonly string[], limits: Limits): Promise<MirrorPlan> {
    const { source } = this;
    const url = this.url('url', problemOfOrigin) ?? new URL('http://invalid');
    const login = await this.login();
    const realm = this.url('realm', problemOfRealm);
    const proxy = this.url('proxy', problemOfProxy);
    const caFile = await source.file(this.get('ca'), 'ca', problemOfCertificates);
    const fetch =
      this.get('fetch') && source.list(this.get('fetch'), 'fetch', (it) => this.who(it));
    const library = this.flag('library') ?? url.hostname === DOCKER_HUB;
    const warm = readWarm(source, this.get('warm'), (text) => warmImageOf(text, { name, library }));
    return withFingerprint({
      name,
      url,
      also,
      library,
      content: this.content(name),
      addresses: source.kind(this.get('addresses'), 'addresses', ADDRESSES) ?? 'public',
      allow: source.patterns(this.get('allow'), 'allow'),
      deny: source.patterns(this.get('deny'), 'deny'),
      offline: this.flag('offline') ?? false,
      pin: source.parsed(this.get('pin'), 'pin', (text) => pinOf(text, name, library)),
      ...readLimits(source, this.entry, limits),
      ...(login && { login }),
      ...(realm && { realm }),
      ...(proxy && { proxy }),
      ...(caFile !== undefined && { caFile }),
      ...(fetch && { fetch }),
      ...(warm && { warm }),
    });
  }

  get(key: string): YamlValue | undefined {
    return this.entry.get(key);
  }

  private flag(key: string): boolean | undefined {
    return this.source.kind(this.get(key), key, flag);
  }

  private url(key: string, problemOf: (text: string) => string | undefined): URL | undefined {
    const text = this.source.text(this.get(key), key, problemOf);
    return text === undefined ? undefined : new URL(text);
  }

  private who(value: YamlValue): string | undefined {
    return this.source.text(value, 'an entry of fetch', (text) =>
      /\s/.test(text) ? `"${text}" cannot be a user: it contains a space` : undefined,
    );
  }

  /** A login may read more than everybody may, so the file must say who may have what it reads. */
  private content(name: string): MirrorPlan['content'] {
    const given = this.get('content');
    const content = this.source.kind(given, 'content', CONTENT);
    const login = this.get('login');
    if (given === undefined && login !== undefined) {
      this.source.yaml.report(
        login.offset,
        'a mirror with a login needs "content": public if everybody may have what the login reads, else private',
      );
    }
    const problem = content === 'private' ? this.problemOfPrivate(name) : undefined;
    if (given !== undefined && problem !== undefined) {
      this.source.yaml.report(given.offset, problem);
    }
    return content ?? 'public';
  }

  private async login(): Promise<UpstreamLogin | undefined> {
    const value = this.get('login');
    if (value === undefined) return undefined;
    const { source } = this;
    const login = source.yaml.record(value, 'login', [], ['user', 'passwordFile', 'command']);
    const [user, file, command] = ['user', 'passwordFile', 'command'].map((key) => login.get(key));
    const words = source.list(command, 'command', (item) => source.text(item, 'a word of command'));
    const passwordFile = await source.file(file, 'passwordFile', problemOfPassword);
    const name = source.text(user, 'user');
    if ((command === undefined) === (user === undefined && file === undefined)) {
      source.yaml.report(value.offset, 'a login has user and passwordFile, or command');
    } else if (command !== undefined) return { command: words };
    else if (user === undefined || file === undefined) {
      source.yaml.report(
        value.offset,
        `login needs "${user === undefined ? 'user' : 'passwordFile'}"`,
      );
    }
    return name === undefined || passwordFile === undefined
      ? undefined
      : { user: name, passwordFile };
  }
}

/** Reads the limits of `defaults` or of a mirror. What is not given is taken from `limits`. */
export function readLimits(source: PlanSource, entry: Entry, limits: Limits): Limits {
  return {
    freshMs: source.kind(entry.get('fresh'), 'fresh', FRESH) ?? limits.freshMs,
    staleMs: source.kind(entry.get('stale'), 'stale', STALE) ?? limits.staleMs,
    missingMs: source.kind(entry.get('missing'), 'missing', MISSING) ?? limits.missingMs,
    connections:
      source.kind(entry.get('connections'), 'connections', CONNECTIONS) ?? limits.connections,
    keep: readKeep(source, entry.get('keep')) ?? limits.keep,
  };
}

function withFingerprint(plan: Omit<MirrorPlan, 'fingerprint'>): MirrorPlan {
  const texts = {
    allow: plan.allow.map(({ text }) => text),
    deny: plan.deny.map(({ text }) => text),
    pin: plan.pin.map(({ text }) => text),
    ...(plan.warm && { warm: { ...plan.warm, images: plan.warm.images.map(({ text }) => text) } }),
  };
  const said = JSON.stringify({ ...plan, ...texts });
  return {
    ...plan,
    fingerprint: createHash('sha256').update(said).digest('base64url').slice(0, 16),
  };
}
