import { command } from '../command.js';

export const rm = command({
  words: 'rm',
  summary: 'remove a repository and everything in it',
  details:
    'Removes its tags, its manifests and the blobs that only they name. ' +
    'Works on the filesystem storage, also while registries serve it.',
  operands: [{ name: 'REPOSITORY', means: 'the name of a repository' }],
  options: {},
  examples: [
    { does: 'Remove a repository', line: 'berth rm team/app' },
    {
      does: 'Remove it from another storage',
      line: 'REGISTRY_STORAGE_PATH=/data berth rm team/app',
    },
  ],
  async run(context, _options, repository) {
    const settings = await context.settings();
    const { removeRepository } = await import('../gc-commands.js');
    await removeRepository(settings, repository, context.print);
  },
});
