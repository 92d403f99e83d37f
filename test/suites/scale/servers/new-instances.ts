import { ask } from './databases.js';
import { Instances } from './instances.js';

/** Starts instances on a new database of the suite's server, and on its bucket. */
export async function newInstances(name: string): Promise<Instances> {
  const { SCALE_POSTGRES: server, SCALE_S3: s3 } = process.env;
  if (server === undefined || s3 === undefined) throw new Error('the suite has no servers');
  await ask(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await ask(server, `CREATE DATABASE ${name}`);
  return Instances.start({ database: server.replace(/[^/]*$/, name), s3, prefix: name });
}
