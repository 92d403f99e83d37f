/**
 * Runs clients and servers against a collector without pause and without grace, as real processes on one directory.
 *
 *   node test/suites/race/run.ts [--seconds 60]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { startServer, type ServerProcess } from '../../support/server-process.ts';
import { checkAtRest } from './at-rest.ts';
import { Client } from './client.ts';
import { collectOnce, startCollector } from './collector-child.ts';
import { Ledger } from './ledger.ts';
import { deleteUntil, pushUntil, readUntil } from './work.ts';

const PUSHERS = 4;
const READERS = 2;
const SHOWN_VIOLATIONS = 20;
const SHOWN_LOG = 4_000;

async function main(): Promise<void> {
  const { seconds } = parseArgs({
    options: { seconds: { type: 'string', default: '60' } },
  }).values;
  const failed: string[] = [];
  for (const servers of [1, 2]) {
    const title = `${servers} server${servers > 1 ? 's' : ''}, ${seconds} s`;
    const ledger = await race(servers, Number(seconds) * 1_000);
    print(title, ledger);
    if (ledger.violations.length > 0) failed.push(title);
  }
  console.log(`${2 - failed.length} passed, ${failed.length} failed`);
  if (failed.length > 0) process.exitCode = 1;
}

async function race(count: number, milliseconds: number): Promise<Ledger> {
  const ledger = new Ledger();
  const directory = await mkdtemp(join(tmpdir(), 'berth-race-'));
  const servers: ServerProcess[] = [];
  try {
    for (let n = 0; n < count; n++) servers.push(await start(directory));
    const clients = servers.map(({ url }) => new Client(url, ledger));
    const collector = startCollector(directory, ledger);
    await work(clients, ledger, Date.now() + milliseconds).finally(() => collector.stop());
    if (ledger.counts['bytes freed'] === 0) ledger.violation('the passes freed nothing');
    await collectOnce(directory, ledger);
    for (const client of clients.slice(0, 1)) await checkAtRest(client, ledger, directory);
  } finally {
    for (const server of servers) {
      await server.stop();
      if (server.output() !== '') ledger.logs.push(server.output());
    }
    await rm(directory, { recursive: true, force: true });
  }
  return ledger;
}

/** Starts a server without its own collector, so that only one collector counts what is freed. */
function start(storagePath: string): Promise<ServerProcess> {
  const environment = { REGISTRY_GC_INTERVAL: '0ms', REGISTRY_LOG_LEVEL: 'error' };
  return startServer({ driver: 'filesystem', storagePath, environment });
}

async function work(clients: readonly Client[], ledger: Ledger, until: number): Promise<void> {
  const of = (n: number) => clients[n % clients.length] ?? clients[0];
  const everybody: Promise<void>[] = [];
  const add = (n: number, begin: (client: Client) => Promise<void>) => {
    const client = of(n);
    if (client !== undefined) everybody.push(begin(client));
  };
  for (let n = 0; n < PUSHERS; n++) {
    add(n, (client) => pushUntil(client, ledger, `client${n}`, until));
  }
  for (let n = 0; n < READERS; n++) add(n, (client) => readUntil(client, ledger, until));
  add(1, (client) => deleteUntil(client, ledger, until));
  const ends = await Promise.allSettled(everybody);
  for (const end of ends) {
    if (end.status === 'rejected') ledger.violation(`a client failed: ${String(end.reason)}`);
  }
}

function print(title: string, { counts, violations, logs }: Ledger): void {
  const numbers = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
  console.log(`${title}: ${numbers.join(', ')}, ${violations.length} violations`);
  for (const text of violations.slice(0, SHOWN_VIOLATIONS)) console.log(`  ${text}`);
  if (violations.length > 0) console.log(logs.join('').slice(-SHOWN_LOG));
}

await main();
