import { PostgresServer } from './postgres-server.ts';
import { S3_LOGIN, S3Server } from './s3-server.ts';

/** Starts the servers that all specs share. Specs that end a server start one of their own. */
export default async function start() {
  const port = Number(process.env['SCALE_POSTGRES_PORT'] ?? 15_432);
  const postgres = await PostgresServer.start({ port, fsync: false });
  const s3 = await S3Server.start(Number(process.env['SCALE_S3_PORT'] ?? 17_070));
  process.env['SCALE_POSTGRES'] = postgres.urlOf('postgres');
  process.env['SCALE_S3'] = s3.endpoint;
  // Where the SDK looks for credentials first.
  process.env['AWS_ACCESS_KEY_ID'] = S3_LOGIN.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = S3_LOGIN.secretAccessKey;
  globalThis.endScaleServers = async () => {
    await s3.dispose();
    await postgres.dispose();
  };
}
