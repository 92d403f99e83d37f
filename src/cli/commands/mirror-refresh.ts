import { command } from '../command.js';
import { JSON_OPTION, REGISTRY_OPTIONS } from '../target/target-options.js';

export const mirrorRefresh = command({
  words: 'mirror refresh',
  summary: 'have a running registry ask for a tag of a mirror now',
  details:
    'The registry asks also if its last answer is fresh, if it remembers that the tag does not exist, or while the other registry ' +
    'rests. It fetches the manifest if that is new. Exits with 1 if the tag does not exist there. Needs an administrator.',
  operands: [{ name: 'IMAGE', means: 'such as docker.io/library/alpine:3' }],
  options: { ...JSON_OPTION, ...REGISTRY_OPTIONS },
  examples: [
    {
      does: 'Get the new image of a tag that was just pushed',
      line: 'berth mirror refresh docker.io/library/alpine:3',
    },
    {
      does: 'Do so at another registry than that of BERTH_REGISTRY',
      line: 'berth mirror refresh ghcr.io/acme/app:1 --registry localhost:5000',
    },
  ],
  async run(context, options, image) {
    const { mirrorRefresh } = await import('../mirrors/mirror-refresh.js');
    return mirrorRefresh(context, options, image);
  },
});
