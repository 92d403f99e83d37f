import { resolve } from 'node:path';

import { InvalidPattern, RepositoryPattern } from '../../access/policy/repository-pattern.js';
import { type Kind } from '../../config/kinds.js';
import { type YamlSource, type YamlValue } from '../../files/yaml-source.js';

/** The values of a map by their keys. */
export type Entry = ReadonlyMap<string, YamlValue>;

/** Reads optional values of the mirrors file, and reports each mistake with its place. */
export class PlanSource {
  constructor(
    readonly yaml: YamlSource,
    /** What names of files are relative to. */
    private readonly folder: string,
  ) {}

  /** Returns a number, a duration or a flag, or `undefined` if it is absent or wrong. */
  kind<T>(value: YamlValue | undefined, what: string, kind: Kind<T>): T | undefined {
    const text = value && this.yaml.scalar(value, what);
    if (value === undefined || text === undefined) return undefined;
    const parsed = kind.parse(text);
    if (parsed === undefined) {
      this.yaml.report(value.offset, `${what} is "${text}"; allowed: ${kind.allowed}`);
    }
    return parsed;
  }

  /** Returns a text that has no problem, or `undefined`. */
  text(
    value: YamlValue | undefined,
    what: string,
    problemOf: (text: string) => string | undefined = () => undefined,
  ): string | undefined {
    const text = value && this.yaml.text(value, what);
    if (value === undefined || text === undefined) return undefined;
    const problem = problemOf(text);
    if (problem === undefined) return text;
    this.yaml.report(value.offset, problem);
    return undefined;
  }

  /** Returns the items of a list that may be absent. */
  list<T>(
    value: YamlValue | undefined,
    what: string,
    read: (item: YamlValue) => T | undefined,
  ): T[] {
    return value === undefined ? [] : this.yaml.list(value, what, read);
  }

  /** Returns the patterns of a list that may be absent. */
  patterns(value: YamlValue | undefined, what: string): RepositoryPattern[] {
    return this.list(value, what, (item) =>
      this.pattern(item, what, (text) => RepositoryPattern.parse(text)),
    );
  }

  /** Returns the patterns of tags of a list that may be absent. `parse` reads one of them. */
  parsed<T>(value: YamlValue | undefined, what: string, parse: (text: string) => T): T[] {
    return this.list(value, what, (item) => this.pattern(item, what, parse));
  }

  /** Resolves to the path of a file that has no problem, or to `undefined`. */
  async file(
    value: YamlValue | undefined,
    what: string,
    problemOf: (path: string) => Promise<string | undefined>,
  ): Promise<string | undefined> {
    const name = this.text(value, what);
    if (value === undefined || name === undefined) return undefined;
    const path = resolve(this.folder, name);
    const problem = await problemOf(path);
    if (problem !== undefined) this.yaml.report(value.offset, problem);
    return path;
  }

  private pattern<T>(value: YamlValue, what: string, parse: (text: string) => T): T | undefined {
    const text = this.yaml.text(value, `a pattern of ${what}`);
    try {
      return text === undefined ? undefined : parse(text);
    } catch (error) {
      if (!(error instanceof InvalidPattern)) throw error;
      this.yaml.report(value.offset, error.message);
      return undefined;
    }
  }
}
