import { command } from '../command.js';
import { JSON_OPTION, REGISTRY_OPTIONS } from '../target/target-options.js';

export const mirrorWarm = command({
  words: 'mirror warm',
  summary: 'have a running registry fetch images of a mirror now',
  details:
    'Fetches the images of "warm" in the mirrors file, or those that are named, with their configs and layers. Prints each manifest ' +
    'as soon as it is stored with its blobs. Exits with 1 if an image failed. Ctrl-C ends it; what was fetched stays. Needs an administrator.',
  operands: [
    { name: 'NAME', means: 'the name of the mirror, such as docker.io' },
    {
      name: 'IMAGE',
      means: 'such as library/alpine:3, or tags such as library/alpine:3.*; may be repeated',
      optional: true,
      repeated: true,
    },
  ],
  options: { ...JSON_OPTION, ...REGISTRY_OPTIONS },
  examples: [
    { does: 'Fetch what the mirrors file names', line: 'berth mirror warm docker.io' },
    {
      does: 'Fetch one image before a machine without internet needs it',
      line: 'berth mirror warm docker.io library/redis:8',
    },
  ],
  async run(context, options, mirror, ...images) {
    const { mirrorWarm } = await import('../mirrors/mirror-warm.js');
    return mirrorWarm(context, options, mirror, images);
  },
});
