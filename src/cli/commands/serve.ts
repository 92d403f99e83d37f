import { CONFIG_VARIABLE } from '../../config/setting.js';
import { command } from '../command.js';

export const serve = command({
  words: 'serve',
  summary: 'start the registry; berth alone does the same',
  details:
    'Settings are environment variables, lines of a .env file, or a settings file. ' +
    'The options win over all of them. "berth help settings" lists the settings.',
  operands: [],
  options: {
    memory: { means: 'keep the images in memory and write no files' },
    port: { takes: 'N', means: 'listen on this port; 0 takes a free one' },
    host: { takes: 'ADDRESS', means: 'listen on this address' },
    config: { takes: 'PATH', means: 'read settings from this file' },
  },
  examples: [
    { does: 'Try the registry without leaving files behind', line: 'berth --memory --port 0' },
    { does: 'Start it with a settings file', line: 'berth serve --config berth.yaml' },
  ],
  async run(context, { memory, port, host, config }) {
    const settings = await context.settings({
      ...(memory && { REGISTRY_STORAGE_DRIVER: 'memory' }),
      ...(port !== undefined && { REGISTRY_PORT: port }),
      ...(host !== undefined && { REGISTRY_HOST: host }),
      ...(config !== undefined && { [CONFIG_VARIABLE]: config }),
    });
    const started = endEarlyOnSignals();
    const { serve } = await import('../serve.js');
    await serve(settings, context.version, started);
  },
});

/**
 * Ends the process on a signal, until the returned function removes these handlers.
 *
 * Process 1, as in a container, ignores signals that it has no handler for.
 */
function endEarlyOnSignals(): () => void {
  const end = () => process.exit(0);
  process.once('SIGTERM', end).once('SIGINT', end);
  return () => process.off('SIGTERM', end).off('SIGINT', end);
}
