import { types } from 'pg';

const INT8 = 20;
const NUMERIC = 1700;

/** Reads counts and sizes as numbers: none of them reaches 2^53. `pg` alone returns them as texts. */
export const typeParsers: typeof types = {
  ...types,
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 || oid === NUMERIC
      ? Number
      : types.getTypeParser(oid, format ?? 'text')) as typeof types.getTypeParser,
};
