import { PostgresServer } from './postgres-server.ts';

/** Starts the PostgreSQL server that all specs share. Specs that end a server start one of their own. */
export default async function start() {
  const server = await PostgresServer.start({ port: 15_432, fsync: false });
  process.env['SCALE_POSTGRES'] = server.urlOf('postgres');
  globalThis.endScaleServers = () => server.dispose();
}
