import { RegistryError } from '../../domain/errors.js';

/** The parameters of a query string. */
export class Query {
  private constructor(private readonly parameters: URLSearchParams) {}

  /** Parses the query of a request's target, such as `/v2/a/tags/list?n=10`. */
  static of(target: string): Query {
    const mark = target.indexOf('?');
    return new Query(new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1)));
  }

  /** Returns all values of a parameter that may be given several times. */
  all(name: string): string[] {
    return this.parameters.getAll(name);
  }

  /** Returns the value of a parameter that may be given once, if any. @throws RegistryError `request-malformed` */
  one(name: string): string | undefined {
    const values = this.parameters.getAll(name);
    if (values.length > 1) {
      throw new RegistryError('request-malformed', `parameter ${name} is given more than once`, {
        parameter: name,
      });
    }
    return values[0];
  }

  /**
   * Returns the value of a parameter that must be a non-negative integer, if given.
   * @throws RegistryError `request-malformed`
   */
  nonNegativeInteger(name: string): number | undefined {
    const text = this.one(name);
    if (text === undefined) return undefined;
    if (/^\d{1,15}$/.test(text)) return Number(text);
    throw new RegistryError('request-malformed', `the parameter ${name} is not a whole number`, {
      parameter: name,
      value: text.slice(0, 200),
    });
  }
}
