import { command } from '../command.js';
import { PlainFailure } from '../plain-failure.js';

export const completion = command({
  words: 'completion',
  summary: 'print what completes berth in bash or zsh',
  details:
    'Completes commands and options, and the repositories and tags of the registry or the storage ' +
    'that the command would work on.',
  operands: [{ name: 'SHELL', means: 'bash or zsh', completes: ['bash', 'zsh'] }],
  options: {},
  examples: [
    { does: 'Load it in ~/.bashrc', line: 'source <(berth completion bash)' },
    { does: 'Load it in ~/.zshrc', line: 'source <(berth completion zsh)' },
  ],
  async run(context, _options, shell = '') {
    const { COMPLETION_SCRIPTS } = await import('../content/completion-scripts.js');
    const script = Object.hasOwn(COMPLETION_SCRIPTS, shell) ? COMPLETION_SCRIPTS[shell] : undefined;
    if (script === undefined) {
      throw new PlainFailure(`there is no completion for ${shell}; allowed: bash, zsh`);
    }
    context.print(script);
  },
});
