import { equal } from 'node:assert/strict';
import type { Check } from '../check.ts';
import type { SampleImage } from '../sample-image.ts';
import { Stack } from '../stack.ts';
import type { Place } from './folders.ts';

/** Checks the block that users copy into their compose files: a registry in memory, beside what they test. */
export function copiedServiceChecks(sample: SampleImage, { folder, port }: Place): Check[] {
  let stack: Stack;
  return [
    {
      name: 'service to copy: up --wait, docker pushes to it',
      run: async () => {
        const file = 'examples/ci/compose.yml';
        stack = await Stack.create({ name: 'berth-copied', folder, port, file });
        await stack.up();
        await sample.pushTo(stack.address);
        equal(await stack.digestOf(sample.repository, sample.tag), sample.digest);
      },
    },
    {
      name: 'service to copy: in memory, empty after a restart',
      run: async () => {
        await stack.compose('up', '--detach', '--wait', '--force-recreate');
        const { status } = await fetch(`${stack.url}/v2/${sample.repository}/tags/list`);
        equal(status, 404);
        await stack.down();
      },
    },
  ];
}
