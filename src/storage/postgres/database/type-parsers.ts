import { types, type CustomTypesConfig } from 'pg';

/** The numbers of PostgreSQL's types `bigint` and `numeric`. */
const NUMBERS: readonly number[] = [20, 1700];

/** Reads counts and sizes as numbers: none of them reaches 2^53. `pg` alone returns them as texts. */
export const typeParsers: CustomTypesConfig = {
  getTypeParser: ((type: Parameters<typeof types.getTypeParser>[0], format: 'text') =>
    NUMBERS.includes(type)
      ? Number
      : (types.getTypeParser(type, format) as unknown)) as typeof types.getTypeParser,
};
