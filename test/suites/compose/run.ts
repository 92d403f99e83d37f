/** Runs the checks for run.sh, which starts the engine and passes a folder for their files. */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { perform, type Tally } from './check.ts';
import { composeFileChecks } from './checks/compose-file.ts';
import { copiedServiceChecks } from './checks/copied-service.ts';
import { folderChecks } from './checks/folders.ts';
import { imageChecks } from './checks/image.ts';
import { mirrorChecks } from './checks/mirror.ts';
import { nginxChecks } from './checks/nginx.ts';
import { prometheusChecks } from './checks/prometheus.ts';
import { scaleChecks, type ScalePorts } from './checks/scale.ts';
import { securedChecks } from './checks/secured.ts';
import { seedingChecks } from './checks/seeding.ts';
import { serviceChecks } from './checks/service.ts';
import { SampleImage } from './sample-image.ts';
import { Stack } from './stack.ts';

async function main(folder: string): Promise<void> {
  const port = await freePort();
  const stack = await Stack.create({ name: 'berth', folder, port });
  const sample = new SampleImage();
  const tally: Tally = { passed: 0, failed: 0 };
  await perform([...composeFileChecks(), ...imageChecks(stack)], tally);
  await perform(securedChecks({ folder }), tally);
  await sample.build();
  await perform(serviceChecks(stack, sample), tally);
  await perform(await seedingChecks(stack, sample, { folder, port }), tally);
  await stack.down();
  await perform(copiedServiceChecks(sample, { folder, port }), tally);
  await perform(folderChecks({ folder, port }), tally);
  const mirrorPorts = { mirrorPort: await freePort(), hubPort: await freePort() };
  await perform(mirrorChecks(sample, { folder, port, ...mirrorPorts }), tally);
  await perform(scaleChecks(sample, { folder, port, ports: await scalePorts() }), tally);
  await perform(nginxChecks({ folder, port, tlsPort: await freePort() }), tally);
  const ports = { metricsPort: await freePort(), prometheusPort: await freePort() };
  await perform(prometheusChecks({ folder, port, ...ports }), tally);
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
  if (tally.failed > 0) process.exitCode = 1;
}

async function scalePorts(): Promise<ScalePorts> {
  const [database, objects, first, second] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  return { database, objects, instances: [first, second], roundRobin: await freePort() };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node test/suites/compose/run.ts FOLDER');
await main(folder);
