import { createInterface } from 'node:readline';
import { Writable, type Readable } from 'node:stream';

import { PlainFailure } from './plain-failure.js';

/** Discards the echo, so that typed characters are not shown. */
const SILENT_OUTPUT = new Writable({ write: (_chunk, _encoding, done) => done() });

/**
 * Reads a password: twice and hidden at a terminal, otherwise the first line of `input`.
 *
 * @throws PlainFailure without a password, or when the two differ
 */
export async function readPassword(
  user: string,
  input: Readable & { readonly isTTY?: boolean } = process.stdin,
  output: Writable = process.stderr,
): Promise<string> {
  const terminal = input.isTTY === true;
  const lines = createInterface({ input, output: SILENT_OUTPUT, terminal, historySize: 0 });
  // While the line reader is open, the terminal does not turn Ctrl-C into a signal.
  lines.once('SIGINT', () => lines.close());
  const typed = lines[Symbol.asyncIterator]();
  const ask = async (prompt: string): Promise<string> => {
    if (terminal) output.write(prompt);
    const line = await typed.next();
    if (terminal) output.write('\n');
    if (line.done === true) throw new PlainFailure('no password was given; nothing was changed');
    return line.value;
  };
  try {
    const password = await ask(`Password for ${user}: `);
    if (terminal && (await ask('Repeat the password: ')) !== password) {
      throw new PlainFailure('the two passwords differ; nothing was changed');
    }
    return password;
  } finally {
    lines.close();
  }
}
