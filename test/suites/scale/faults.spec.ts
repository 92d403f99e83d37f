import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { newContent } from '../durability/contents.js';
import { type Finding } from '../durability/findings.js';
import { type Ledger } from '../durability/ledger.js';
import { readBack } from '../durability/read-back.js';
import { RegistryClient } from '../durability/registry-client.js';
import { Cluster } from './faults/cluster.js';
import {
  badAnswers,
  killDatabase,
  killInstances,
  killStore,
  promoteStandby,
  type Fault,
} from './faults/faults.js';
import { Findings } from './faults/findings.js';
import { PersistentPusher } from './faults/pusher.js';

/** How long each fault lasts. */
const SECONDS = Number(process.env['SCALE_SECONDS'] ?? 6);
/** The clients complete their images, and everything is read from each instance. */
const TIMEOUT_MS = SECONDS * 1_000 + 240_000;
const PUSHERS = 6;

/** Makes the names of the clients unique. */
let rounds = 0;
let cluster: Cluster;
beforeAll(async () => {
  cluster = await Cluster.start();
});
afterAll(() => cluster.stop());

describe(`while six clients push for ${SECONDS} s, nothing acknowledged is lost or wrong if`, () => {
  it.each([
    ['instances are killed', killInstances],
    ['the database is killed', killDatabase],
    ['the object store is killed', killStore],
    ['the object store gives bad answers', badAnswers],
  ])(
    '%s',
    async (what, fault) => {
      await expectNothingLost(what, fault);
    },
    TIMEOUT_MS,
  );

  it(
    'a synchronous standby of the database takes over',
    async () => {
      await cluster.addStandby();
      await expectNothingLost('a synchronous standby takes over', promoteStandby);
    },
    TIMEOUT_MS,
  );
});

async function expectNothingLost(what: string, fault: Fault): Promise<void> {
  const findings = new Findings();
  const ledgers = await pushDuring(fault, findings);
  const damage = await readFromAll(ledgers);
  const rows = await cluster.rowsWithoutObject();
  const images = ledgers.reduce((sum, ledger) => sum + ledger.images.length, 0);
  print(what, images, findings, damage, rows);

  expect(images).toBeGreaterThan(0);
  expect(findings.faults).toBeGreaterThan(0);
  expect(cluster.instances.ended).toEqual([]);
  expect(findings.wrongAnswers).toEqual([]);
  expect(findings.givenUp).toEqual([]);
  expect(damage).toEqual([]);
  expect(rows).toBe(0);
}

/** Resolves to what each client was promised. */
async function pushDuring(fault: Fault, findings: Findings): Promise<Ledger[]> {
  const round = ++rounds;
  const end = Date.now() + SECONDS * 1_000;
  const isOver = () => Date.now() > end;
  const client = new RegistryClient(cluster.instances.url);
  const shared = Array.from({ length: 6 }, () => newContent());
  const pushers = Array.from(
    { length: PUSHERS },
    (_, number) => new PersistentPusher(`round-${round}-${number}`, client, findings, shared),
  );
  const pushes = pushers.map((pusher) => pusher.run(isOver));
  findings.faults = await fault(cluster, isOver);
  await Promise.all(pushes);
  client.close();
  return pushers.map(({ ledger }) => ledger);
}

/** Reads everything that was acknowledged from each instance. */
async function readFromAll(ledgers: readonly Ledger[]): Promise<Finding[]> {
  const damage: Finding[] = [];
  for (const url of cluster.instances.urls) {
    const client = new RegistryClient(url);
    for (const ledger of ledgers) damage.push(...(await readBack({ client, ledger })));
    client.close();
  }
  return damage;
}

function print(
  what: string,
  images: number,
  { faults, failedRequests }: Findings,
  damage: readonly Finding[],
  rows: number,
): void {
  const [lost, wrong] = ['lost', 'corrupt'].map(
    (kind) => damage.filter((finding) => finding.kind === kind).length,
  );
  const figures = `${faults} faults, ${images} images acknowledged, ${failedRequests} requests failed`;
  process.stdout.write(
    `${what}: ${figures}, ${lost} lost, ${wrong} wrong, ${rows} rows without object\n`,
  );
}
