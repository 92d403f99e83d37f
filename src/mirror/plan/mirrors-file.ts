import { dirname } from 'node:path';

import { listenAddress } from '../../config/network-kinds.js';
import { YamlSource, type YamlValue } from '../../files/yaml-source.js';
import {
  DEFAULT_LIMITS,
  LIMIT_KEYS,
  MirrorEntry,
  readLimits,
  type Limits,
  type ProblemOfPrivate,
} from './mirror-entry.js';
import { type MirrorPlan, type MirrorsPlan } from './mirrors-plan.js';
import { PlanSource } from './plan-source.js';
import { problemOfHost, problemOfName } from './plan-values.js';

/** What a mirrors file must fit to. Without a check, everything fits. */
export interface MirrorChecks {
  /** Returns why the content of a mirror would not stay private, or `undefined`. */
  readonly problemOfPrivate?: ProblemOfPrivate;
  /** Resolves to why a mirror cannot have a name, or to `undefined`. */
  readonly problemOfStored?: (name: string) => Promise<string | undefined>;
}

/**
 * Parses a mirrors file, and checks the files that it names. Their names are relative to the folder of the mirrors file:
 *
 * ```yaml
 * defaults: { fresh: 5m, stale: 30d, missing: 1m, connections: 8, keep: { unused: 30d, bytes: 50GiB } }
 * mirrors:
 *   - name: docker.io                 # the beginning of names, and a value of ns
 *     url: https://registry-1.docker.io
 *     login: { user: acme, passwordFile: hub.token }
 *     content: public
 * local: [registry.example.com:5000]  # further values of ns that mean this registry
 * listen: { '127.0.0.1:5001': docker.io }
 * ```
 *
 * @param checks what the file alone cannot tell
 * @throws InvalidFile with every mistake in it
 */
export async function parseMirrorsFile(
  text: string,
  path: string,
  checks: MirrorChecks = {},
): Promise<MirrorsPlan> {
  const yaml = new YamlSource(text, path);
  const source = new PlanSource(yaml, dirname(path));
  const plan = await new MirrorsFileReader(source, checks).read();
  yaml.finish();
  return plan;
}

/** Reports each mistake to the source, and continues after it. */
class MirrorsFileReader {
  /** The mirror that each value of `ns` means. */
  private readonly hosts = new Map<string, string>();

  constructor(
    private readonly source: PlanSource,
    private readonly checks: MirrorChecks,
  ) {}

  async read(): Promise<MirrorsPlan> {
    const { yaml } = this.source;
    if (yaml.isEmpty(yaml.root)) return { mirrors: [], local: [], listen: new Map() };
    const keys = ['defaults', 'mirrors', 'local', 'listen'];
    const file = yaml.record(yaml.root, 'the file', [], keys);
    const limits = this.defaults(file.get('defaults'));
    const mirrors: MirrorPlan[] = [];
    for (const value of this.source.list(file.get('mirrors'), 'mirrors', (item) => item)) {
      mirrors.push(await this.mirror(value, limits));
    }
    const local = this.source.list(file.get('local'), 'local', (item) => this.local(item));
    return { mirrors, local, listen: this.listen(file.get('listen'), mirrors) };
  }

  private defaults(value: YamlValue | undefined): Limits {
    if (value === undefined) return DEFAULT_LIMITS;
    const defaults = this.source.yaml.record(value, 'defaults', [], LIMIT_KEYS);
    return readLimits(this.source, defaults, DEFAULT_LIMITS);
  }

  private async mirror(value: YamlValue, limits: Limits): Promise<MirrorPlan> {
    const { problemOfPrivate = () => undefined, problemOfStored } = this.checks;
    const entry = new MirrorEntry(this.source, value, problemOfPrivate);
    const name =
      this.source.text(entry.get('name'), 'name', (text) => {
        return problemOfName(text) ?? this.take(text, text);
      }) ?? '';
    const problem = await problemOfStored?.(name);
    if (problem !== undefined) this.source.yaml.report(value.offset, problem);
    const also = this.source.list(entry.get('also'), 'also', (item) =>
      this.source.text(item, 'an entry of also', (text) => {
        return problemOfHost(text) ?? this.take(text, name);
      }),
    );
    return entry.read(name, also, limits);
  }

  private local(value: YamlValue): string | undefined {
    return this.source.text(value, 'an entry of local', (text) => {
      const mirror = this.hosts.get(text);
      if (mirror === undefined) return problemOfHost(text);
      return `${text} cannot mean this registry: it means the mirror ${mirror}`;
    });
  }

  /** Makes a host mean a mirror. Returns why that is impossible, or `undefined`. */
  private take(host: string, mirror: string): string | undefined {
    const before = this.hosts.get(host);
    if (before === undefined) {
      this.hosts.set(host, mirror);
      return undefined;
    }
    return host === mirror && host === before
      ? `another mirror has the name ${host} already`
      : `${host} means the mirror ${before} already`;
  }

  private listen(
    value: YamlValue | undefined,
    mirrors: readonly MirrorPlan[],
  ): ReadonlyMap<string, string> {
    const read = new Map<string, string>();
    if (value === undefined) return read;
    const names = mirrors.map(({ name }) => name);
    for (const [address, item] of this.source.yaml.map(value, 'listen')) {
      if (listenAddress.parse(address) === undefined) {
        const problem = `${address} cannot be listened at; allowed: ${listenAddress.allowed}`;
        this.source.yaml.report(item.offset, problem);
      }
      const name = this.source.text(item, 'a mirror of listen', (text) =>
        names.includes(text) ? undefined : `there is no mirror ${text}`,
      );
      if (name !== undefined) read.set(address, name);
    }
    return read;
  }
}
