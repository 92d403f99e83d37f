import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';

import { size, wholeNumber, type Kind } from '../config/kinds.js';
import { YamlSource, type YamlValue } from '../files/yaml-source.js';
import { EVENT_LIMITS, type EventLimits } from '../storage/ports/outbox.js';
import { InvalidPattern, RepositoryPattern } from '../access/policy/repository-pattern.js';
import { problemOfType, type EventFilter } from './event-filter.js';
import { type EventsPlan, type WebhookEndpoint, type WebhookFormat } from './events-plan.js';
import { TextPattern } from './text-pattern.js';
import { problemOfHeaders, problemOfSecret, problemOfUrl } from './webhook-parts.js';

const DAY_MS = 86_400_000;

const DAYS = wholeNumber(1, 365);
const BYTES = size(1024 ** 2);

/** During a rotation there is an old one and a new one. */
const MAX_SECRETS = 2;

/** A name is a part of the names of cursors and of metrics. */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

const FORMATS: readonly WebhookFormat[] = ['cloudevents', 'distribution'];

const REQUIRED = ['name', 'url'];
const OPTIONAL = [
  'secretFile',
  'secretFiles',
  'format',
  'types',
  'repositories',
  'tags',
  'headersFile',
];

type Entry = ReadonlyMap<string, YamlValue>;

/**
 * Parses an events file, and checks the files that it names. Their names are relative to the folder of the events file:
 *
 * ```yaml
 * keep: { days: 7, bytes: 256MiB }
 * webhooks:
 *   - name: deploy
 *     url: https://ci.example/hooks/berth
 *     secretFile: deploy.secret
 *     types: ['tag.*']
 *     repositories: ['team/**']
 *     tags: ['v*']
 * ```
 *
 * @throws InvalidFile with every mistake in it
 */
export async function parseEventsFile(text: string, path: string): Promise<EventsPlan> {
  const source = new YamlSource(text, path);
  const fingerprint = createHash('sha256').update(text).digest('base64url').slice(0, 16);
  const plan = await new EventsFileReader(source, dirname(path), fingerprint).read();
  source.finish();
  return plan;
}

/** Reports each mistake to the source, and continues after it. */
class EventsFileReader {
  private readonly names = new Set<string>();

  constructor(
    private readonly source: YamlSource,
    private readonly folder: string,
    private readonly fingerprint: string,
  ) {}

  async read(): Promise<EventsPlan> {
    const { source } = this;
    if (source.isEmpty(source.root)) return { keep: EVENT_LIMITS, webhooks: [] };
    const file = source.record(source.root, 'the file', [], ['keep', 'webhooks']);
    const keep = this.keep(file.get('keep'));
    const entries = this.list(file.get('webhooks'), 'webhooks', (value) => value);
    const webhooks: WebhookEndpoint[] = [];
    for (const entry of entries) webhooks.push(await this.webhook(entry));
    return { keep, webhooks };
  }

  private keep(value: YamlValue | undefined): EventLimits {
    if (value === undefined) return EVENT_LIMITS;
    const keep = this.source.record(value, 'keep', [], ['days', 'bytes']);
    const days = this.kind(keep.get('days'), 'keep.days', DAYS);
    const bytes = this.kind(keep.get('bytes'), 'keep.bytes', BYTES);
    return {
      ageMs: days === undefined ? EVENT_LIMITS.ageMs : days * DAY_MS,
      bytes: bytes ?? EVENT_LIMITS.bytes,
    };
  }

  private kind<T>(value: YamlValue | undefined, what: string, kind: Kind<T>): T | undefined {
    const text = value && this.source.scalar(value, what);
    if (value === undefined || text === undefined) return undefined;
    const parsed = kind.parse(text);
    if (parsed === undefined) {
      this.source.report(value.offset, `${what} is "${text}"; allowed: ${kind.allowed}`);
    }
    return parsed;
  }

  private async webhook(value: YamlValue): Promise<WebhookEndpoint> {
    const entry = this.source.record(value, 'a webhook', REQUIRED, OPTIONAL);
    const name = this.checked(entry.get('name'), 'name', (text) => this.problemOfName(text)) ?? '';
    const url = this.checked(entry.get('url'), 'url', problemOfUrl) ?? '';
    const format = this.format(entry.get('format'));
    const headers = entry.get('headersFile');
    const headersFile = headers && (await this.file(headers, 'headersFile', problemOfHeaders));
    return {
      name,
      url: URL.parse(url) ?? new URL('http://invalid'),
      format,
      filter: this.filter(entry),
      secretFiles: await this.secrets(value, entry, format),
      ...(headersFile !== undefined && { headersFile }),
      fingerprint: this.fingerprint,
    };
  }

  private problemOfName(name: string): string | undefined {
    if (!NAME.test(name)) {
      return `"${name}" cannot be a name; allowed: at most 40 lower-case letters, digits and hyphens`;
    }
    if (this.names.has(name)) return `another webhook has the name ${name} already`;
    this.names.add(name);
    return undefined;
  }

  private format(value: YamlValue | undefined): WebhookFormat {
    const text = this.checked(value, 'format', (given) =>
      FORMATS.some((format) => format === given)
        ? undefined
        : `unknown format "${given}"; allowed: ${FORMATS.join(', ')}`,
    );
    return text === 'distribution' ? text : 'cloudevents';
  }

  private filter(entry: Entry): EventFilter {
    return {
      types: this.list(entry.get('types'), 'types', (item) => this.type(item)),
      repositories: this.list(entry.get('repositories'), 'repositories', (item) =>
        this.repositories(item),
      ),
      tags: this.list(entry.get('tags'), 'tags', (item) => {
        const text = this.source.text(item, 'a pattern of tags');
        return text === undefined ? undefined : new TextPattern(text);
      }),
    };
  }

  private type(value: YamlValue): TextPattern | undefined {
    const text = this.source.text(value, 'a type');
    if (text === undefined) return undefined;
    const pattern = new TextPattern(text);
    const problem = problemOfType(pattern);
    if (problem !== undefined) this.source.report(value.offset, problem);
    return pattern;
  }

  private repositories(value: YamlValue): RepositoryPattern | undefined {
    const text = this.source.text(value, 'a pattern of repositories');
    try {
      return text === undefined ? undefined : RepositoryPattern.parse(text);
    } catch (error) {
      if (!(error instanceof InvalidPattern)) throw error;
      this.source.report(value.offset, error.message);
      return undefined;
    }
  }

  private async secrets(at: YamlValue, entry: Entry, format: WebhookFormat): Promise<string[]> {
    const [one, several] = [entry.get('secretFile'), entry.get('secretFiles')];
    if (one !== undefined && several !== undefined) {
      this.source.report(several.offset, 'a webhook has secretFile or secretFiles, not both');
    }
    if (one === undefined && several === undefined && format === 'cloudevents') {
      this.source.report(at.offset, 'a webhook needs "secretFile", which signs what it sends');
    }
    const items = one === undefined ? this.list(several, 'secretFiles', (item) => item) : [one];
    const extra = items[MAX_SECRETS];
    if (extra !== undefined) {
      this.source.report(
        extra.offset,
        `a webhook has at most ${MAX_SECRETS} secrets: a new and an old one`,
      );
    }
    const files: string[] = [];
    for (const item of items) {
      const file = await this.file(item, 'a file of a secret', problemOfSecret);
      if (file !== undefined) files.push(file);
    }
    return files;
  }

  private async file(
    value: YamlValue,
    what: string,
    problemOf: (path: string) => Promise<string | undefined>,
  ): Promise<string | undefined> {
    const name = this.source.text(value, what);
    if (name === undefined) return undefined;
    const path = resolve(this.folder, name);
    const problem = await problemOf(path);
    if (problem !== undefined) this.source.report(value.offset, problem);
    return path;
  }

  private checked(
    value: YamlValue | undefined,
    what: string,
    problemOf: (text: string) => string | undefined,
  ): string | undefined {
    const text = value && this.source.text(value, what);
    if (value === undefined || text === undefined) return undefined;
    const problem = problemOf(text);
    if (problem !== undefined) this.source.report(value.offset, problem);
    return text;
  }

  /** Reads a list that may be missing. */
  private list<T>(
    value: YamlValue | undefined,
    what: string,
    read: (item: YamlValue) => T | undefined,
  ): T[] {
    return value === undefined ? [] : this.source.list(value, what, read);
  }
}
