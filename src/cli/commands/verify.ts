import { command, WrongUsage } from '../command.js';

export const verify = command({
  words: 'verify',
  summary: 'read everything and report damaged content',
  details:
    'Works on the filesystem and postgres storages, also while registries serve them. ' +
    'Exits with 1 if damaged content is left in its place.',
  operands: [],
  options: {
    quarantine: { means: 'move damaged content aside, so that a push can replace it' },
    bucket: { means: 'only compare the lists of the object store and the database' },
    discard: {
      means: 'with --bucket: delete what the database does not name, after a grace period',
    },
  },
  examples: [
    { does: 'Look for damaged content, and move it aside', line: 'berth verify --quarantine' },
    { does: 'Look for objects that the database does not name', line: 'berth verify --bucket' },
  ],
  async run(context, { quarantine, bucket, discard }) {
    if (discard && !bucket) throw new WrongUsage('--discard belongs to --bucket');
    if (quarantine && bucket) throw new WrongUsage('--quarantine and --bucket exclude each other');
    const settings = await context.settings();
    if (bucket) {
      const { auditBucket } = await import('../audit-command.js');
      return auditBucket(settings, discard, context.print);
    }
    const { verify } = await import('../verify-command.js');
    await verify(settings, quarantine, context.print);
  },
});
