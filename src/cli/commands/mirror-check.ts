import { command } from '../command.js';

export const mirrorCheck = command({
  words: 'mirror check',
  summary: 'check the mirrors file',
  details:
    'Reports every mistake in the file with its line, files of passwords that cannot be read, and rules of the access file by which ' +
    'private content would be public. No registry is asked.',
  operands: [],
  options: { file: { takes: 'PATH', means: 'use this file, not that of REGISTRY_MIRRORS_FILE' } },
  examples: [
    { does: 'Check the file of the settings', line: 'berth mirror check' },
    { does: 'Check another file', line: 'berth mirror check --file mirrors.yaml' },
  ],
  async run(context, { file }) {
    const settings = await context.settings();
    const { checkMirrors } = await import('../mirrors/mirror-commands.js');
    await checkMirrors(settings, file, context.print);
  },
});
