import { describe, expect, it } from '@jest/globals';

import { COMMANDS } from '../../../../src/cli/command-list.js';
import { COMPLETION_SCRIPTS } from '../../../../src/cli/content/completion-scripts.js';
import { berth } from '../captured.js';

describe('the completion of a command line', () => {
  const candidates = async (line: string, environment = {}): Promise<string[]> => {
    const { output, errors } = await berth(['__complete', ...line.split(' ')], { environment });
    expect(errors).toBe('');
    return output.split('\n').slice(0, -1);
  };

  it.each([
    ['he', ['health ', 'help ']],
    ['token ', ['create ', 'list ', 'revoke ']],
    ['prune --k', ['--keep ']],
    ['prune --keep 3 --k', []],
    ['prune --keep ', []],
    ['prune --match a --ma', ['--match ']],
    ['completion ', ['bash ', 'zsh ']],
    ['completion bash ', []],
    ['why sha', []],
    ['no such', []],
  ])('of "berth %s" has %j', async (line, expected) => {
    expect(await candidates(line)).toEqual(expected);
  });

  it('has every command', async () => {
    const first = new Set(COMMANDS.map(({ words }) => words.split(' ')[0]));
    expect(await candidates('')).toEqual([...[...first].map((word) => `${word} `), 'help ']);
  });

  it('is empty, and says nothing, without a registry that answers', async () => {
    expect(await candidates('ls localhost:9/te')).toEqual([]);
    expect(await candidates('ls --username alice te', { BERTH_REGISTRY: 'localhost:9' })).toEqual(
      [],
    );
    expect(await candidates('inspect te', { REGISTRY_STORAGE_DRIVER: 'memory' })).toEqual([]);
  });

  it('is in no help', async () => {
    expect((await berth(['help'])).output).not.toContain('__complete');
  });

  it.each(['bash', 'zsh'])('has a script for %s', async (shell) => {
    expect((await berth(['completion', shell])).output).toBe(`${COMPLETION_SCRIPTS[shell]}\n`);
  });

  it('names the shells that it has scripts for', async () => {
    await expect(berth(['completion', 'fish'])).rejects.toThrow(
      'there is no completion for fish; allowed: bash, zsh',
    );
  });
});
