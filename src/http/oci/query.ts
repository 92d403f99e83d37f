import { RegistryError } from '../../domain/errors.js';

/** The parameters of a query string. */
export class Query {
  private constructor(private readonly parameters: URLSearchParams) {}

  /** The query of a request's target, such as `/v2/a/tags/list?n=10`. */
  static of(target: string): Query {
    const mark = target.indexOf('?');
    return new Query(new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1)));
  }

  /** All values of a parameter that may stand several times. */
  all(name: string): string[] {
    return this.parameters.getAll(name);
  }

  /** The value of a parameter that may stand once, or `undefined`. @throws RegistryError `request-malformed` */
  one(name: string): string | undefined {
    const values = this.parameters.getAll(name);
    if (values.length > 1) {
      throw new RegistryError('request-malformed', `parameter ${name} is given more than once`);
    }
    return values[0];
  }

  /** The value of a parameter that is a whole number from 0 on, or `undefined`. @throws RegistryError `request-malformed` */
  nonNegativeInteger(name: string): number | undefined {
    const text = this.one(name);
    if (text === undefined) return undefined;
    if (/^\d{1,15}$/.test(text)) return Number(text);
    throw new RegistryError('request-malformed', `the parameter ${name} is not a whole number`);
  }
}
