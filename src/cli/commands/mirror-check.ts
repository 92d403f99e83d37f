import { command } from '../command.js';

export const mirrorCheck = command({
  words: 'mirror check',
  summary: 'check the mirrors file, or ask a mirrored registry for an image',
  details:
    'Reports every mistake in the file with its line, files of passwords that cannot be read, and rules of the access file by which ' +
    'private content would be public. With IMAGE it asks the registry for that image, which is not a pull: "no" exits with 1.',
  operands: [
    {
      name: 'IMAGE',
      means: 'such as docker.io/library/alpine:3; may be repeated',
      optional: true,
      repeated: true,
    },
  ],
  options: { file: { takes: 'PATH', means: 'use this file, not that of REGISTRY_MIRRORS_FILE' } },
  examples: [
    { does: 'Check the file of the settings', line: 'berth mirror check' },
    {
      does: 'Check whether Docker Hub can be reached, and has an image',
      line: 'berth mirror check docker.io/library/alpine:3',
    },
  ],
  async run(context, { file }, ...images) {
    const settings = await context.settings();
    const { checkMirrors } = await import('../mirrors/mirror-commands.js');
    const { version, print } = context;
    return checkMirrors(settings, { file, images, version }, print);
  },
});
