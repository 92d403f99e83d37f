import { command } from '../command.js';
import { JSON_OPTION, REGISTRY_OPTIONS } from '../target/target-options.js';

export const mirrorStatus = command({
  words: 'mirror status',
  summary: 'show what the mirrors of a running registry do',
  details:
    'Shows for each mirror how many answers were from what is stored, the bytes of blobs that clients got from the storage (SERVED) ' +
    'and that the other registry sent (FETCHED), and below the limit and the last error of the other registry. Counts begin with the ' +
    'process that answers. Needs an administrator.',
  operands: [],
  options: { ...JSON_OPTION, ...REGISTRY_OPTIONS },
  examples: [
    {
      does: 'Look at the mirrors of a registry',
      line: 'berth mirror status --registry https://registry.example.com',
    },
    {
      does: 'Read how many pulls Docker Hub still allows',
      line: "berth mirror status --json | jq '.mirrors[0].limit.left'",
    },
  ],
  async run(context, options) {
    const { mirrorStatus } = await import('../mirrors/mirror-status.js');
    await mirrorStatus(context, options);
  },
});
