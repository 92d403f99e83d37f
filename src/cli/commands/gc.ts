import { command } from '../command.js';

export const gc = command({
  words: 'gc',
  summary: 'delete unreachable content now',
  details:
    'Works on the filesystem storage, also while registries serve it. ' +
    'REGISTRY_GC_GRACE and REGISTRY_GC_UNTAGGED decide what is kept.',
  operands: [],
  options: {
    'dry-run': { means: 'list what would be deleted, and by which rule; delete nothing' },
  },
  examples: [
    { does: 'See what would be deleted', line: 'berth gc --dry-run' },
    { does: 'Delete it', line: 'berth gc' },
  ],
  async run(context, { 'dry-run': dryRun }) {
    const settings = await context.settings();
    const { collectNow } = await import('../gc-commands.js');
    await collectNow(settings, dryRun, context.print);
  },
});
