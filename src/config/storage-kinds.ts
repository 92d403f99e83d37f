import { type Kind } from './kinds.js';

/** The URL of a PostgreSQL database. */
export const databaseUrl: Kind<string> = {
  allowed: 'postgres://USER:PASSWORD@HOST:PORT/DATABASE',
  parse: (text) => {
    const isDatabase = /^postgres(?:ql)?:\/\/[^/]*\/[^/?]+(?:\?.*)?$/.test(text);
    return text === '' || (isDatabase && URL.parse(text) !== null) ? text : undefined;
  },
};

/** A bucket with a prefix, or a directory. */
export const objectsUrl: Kind<string> = {
  allowed: 's3://BUCKET, s3://BUCKET/PREFIX or file:///DIRECTORY',
  parse: (text) =>
    text === '' || /^(?:s3:\/\/[a-z0-9][a-z0-9.-]+(?:\/[\w./-]+)?|file:\/\/\/.+)$/.test(text)
      ? text
      : undefined,
};
