import { command } from '../command.js';

export const readOnly = command({
  words: 'read-only',
  summary: 'refuse pushes and deletes, or accept them again',
  details:
    'Takes effect at once, without a restart, and survives one. Reads go on. ' +
    'Collections at intervals pause; "berth gc" works.',
  operands: [{ name: 'STATE', means: 'on or off; without it, print the state', optional: true }],
  options: {},
  examples: [
    { does: 'Refuse pushes during a backup', line: 'berth read-only on' },
    { does: 'Accept them again', line: 'berth read-only off' },
  ],
  async run(context, _options, state) {
    const settings = await context.settings();
    const { switchReadOnly } = await import('../read-only-command.js');
    await switchReadOnly(settings, state, context.print);
  },
});
