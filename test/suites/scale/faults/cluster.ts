import { S3Objects } from '../../../../src/storage/postgres/s3/s3-objects.js';
import { freePort } from '../../../support/server-process.js';
import { answerOf } from '../servers/databases.js';
import { Instances } from '../servers/instances.js';
import { PostgresServer } from '../servers/postgres-server.js';
import { BUCKET, S3Server } from '../servers/s3-server.js';
import { DatabaseAddress } from './database-address.js';
import { FaultyProxy } from './faulty-proxy.js';

const PREFIX = 'faults';

/** Three instances and all that they need, each of which a test can end. */
export class Cluster {
  private standby: PostgresServer | undefined;

  private constructor(
    readonly instances: Instances,
    readonly postgres: PostgresServer,
    readonly address: DatabaseAddress,
    readonly s3: S3Server,
    readonly proxy: FaultyProxy,
  ) {}

  /** Starts all of it. Commits are durable, because the database is to be killed. */
  static async start(): Promise<Cluster> {
    const postgres = await PostgresServer.start({ port: await freePort(), fsync: true });
    const s3 = await S3Server.start(await freePort());
    const address = await DatabaseAddress.start(postgres.port);
    const proxy = await FaultyProxy.start(s3.endpoint);
    const database = address.urlOf(await postgres.createDatabase('berth'));
    // The collector locks rows all the time, but finds nothing: what was pushed is younger than its grace period.
    const environment = { REGISTRY_GC_INTERVAL: '1s' };
    const place = { database, s3: proxy.endpoint, prefix: PREFIX };
    const instances = await Instances.start({ ...place, environment });
    return new Cluster(instances, postgres, address, s3, proxy);
  }

  /** Starts a standby, without which the primary acknowledges nothing from now on. */
  async addStandby(): Promise<void> {
    this.standby = await this.postgres.startStandby(await freePort());
  }

  /** Kills the primary and lets the standby take over. */
  async failOver(): Promise<void> {
    if (this.standby === undefined) throw new Error('there is no standby');
    await this.postgres.kill();
    await this.standby.promote();
    this.address.moveTo(this.standby.port);
  }

  /** Counts the blobs of the database whose objects do not exist, or have another size. */
  async rowsWithoutObject(): Promise<number> {
    const endpoint = this.s3.endpoint;
    const options = { bucket: BUCKET, prefix: PREFIX, endpoint, region: 'us-east-1' };
    const store = new S3Objects({ ...options, pathStyle: true });
    const sizes = new Map<string, number>();
    for await (const { id, size } of store.list()) sizes.set(id, size);
    await store.close();
    const url = this.address.urlOf(this.postgres.urlOf('berth'));
    const rows = await answerOf<{ object: string; size: string }>(
      url,
      'SELECT object, size FROM blobs',
    );
    return rows.filter(({ object, size }) => sizes.get(object) !== Number(size)).length;
  }

  async stop(): Promise<void> {
    try {
      await this.instances.stop();
    } finally {
      await this.proxy.stop();
      await this.address.stop();
      await this.s3.dispose();
      await this.standby?.dispose();
      await this.postgres.dispose();
    }
  }
}
