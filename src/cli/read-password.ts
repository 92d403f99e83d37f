import { createInterface } from 'node:readline';
import { Writable, type Readable } from 'node:stream';

import { PlainFailure } from './plain-failure.js';

/** The terminal does not show typed characters, because the reader does not echo them. */
const NOWHERE = new Writable({ write: (_chunk, _encoding, done) => done() });

/**
 * Reads a password: at a terminal it is asked for twice, and not shown; else it is the first line of `input`.
 *
 * @throws PlainFailure without a password, or with two different ones
 */
export async function readPassword(
  user: string,
  input: Readable & { readonly isTTY?: boolean } = process.stdin,
  output: Writable = process.stderr,
): Promise<string> {
  const terminal = input.isTTY === true;
  const lines = createInterface({ input, output: NOWHERE, terminal, historySize: 0 });
  // Ctrl-C, which the terminal does not turn into a signal now.
  lines.once('SIGINT', () => lines.close());
  const typed = lines[Symbol.asyncIterator]();
  const ask = async (prompt: string): Promise<string> => {
    if (terminal) output.write(prompt);
    const line = await typed.next();
    if (terminal) output.write('\n');
    if (line.done === true) throw new PlainFailure('there is no password; nothing was changed');
    return line.value;
  };
  try {
    const password = await ask(`Password for ${user}: `);
    if (terminal && (await ask('The same again: ')) !== password) {
      throw new PlainFailure('these are two different passwords; nothing was changed');
    }
    return password;
  } finally {
    lines.close();
  }
}
