import { command } from '../command.js';

export const verify = command({
  words: 'verify',
  summary: 'read everything and report damaged content',
  details:
    'Works on the filesystem storage, also while registries serve it. ' +
    'Exits with 1 if damaged content is left in its place.',
  operands: [],
  options: {
    quarantine: { means: 'move damaged content aside, so that a push can replace it' },
  },
  examples: [
    { does: 'Look for damaged content', line: 'berth verify' },
    { does: 'Move it aside', line: 'berth verify --quarantine' },
  ],
  async run(context, { quarantine }) {
    const settings = await context.settings();
    const { verify } = await import('../verify-command.js');
    await verify(settings, quarantine, context.print);
  },
});
