import { command } from '../command.js';

export const why = command({
  words: 'why',
  summary: 'show what keeps a blob or a manifest',
  details:
    'Prints for each repository the chain from a tag, or the last-used time of unreachable content ' +
    'and when it will be deleted. Works on the filesystem storage, also while registries serve it.',
  operands: [{ name: 'DIGEST', means: 'a sha256 or sha512 digest' }],
  options: {},
  examples: [
    { does: 'Ask about a blob', line: 'berth why sha256:4bcff639…' },
    {
      does: 'Ask in another storage',
      line: 'REGISTRY_STORAGE_PATH=/data berth why sha256:4bcff639…',
    },
  ],
  async run(context, _options, digest) {
    const settings = await context.settings();
    const { why } = await import('../gc-commands.js');
    await why(settings, digest, context.print);
  },
});
