import { command } from '../command.js';

export const migrate = command({
  words: 'migrate',
  summary: 'create or update the tables of the database',
  details:
    'For the postgres storage: before its first start, and before the start of a newer version. ' +
    'Instances of the version before can go on meanwhile. Does nothing where nothing is to be done.',
  operands: [],
  options: {},
  examples: [
    { does: 'Update the tables of the configured database', line: 'berth migrate' },
    {
      does: 'Create those of another database',
      line: 'REGISTRY_DATABASE_URL=postgres://berth@db/berth berth migrate',
    },
  ],
  async run(context) {
    const settings = await context.settings();
    const { migrateDatabase } = await import('../migrate-command.js');
    await migrateDatabase(settings, context.print);
  },
});
