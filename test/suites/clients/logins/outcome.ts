import { expect } from '@jest/globals';
import type { Finished } from '../command.js';

/** The messages of the clients for a missing right, a missing login and a wrong password. */
export const DENIED = /denied|\b403\b/i;
export const LOG_IN = /log in first|\b401\b|authentication required|basic (auth )?credential/i;
export const WRONG =
  /invalid or expired credentials|\b401\b|invalid username\/password|authentication required/i;

/** Returns the output of the client. Throws if it failed. */
export async function done(command: Promise<Finished>): Promise<string> {
  const { code, stdout, stderr } = await command;
  if (code !== 0) throw new Error(`exit code ${String(code)}:\n${stderr}\n${stdout}`);
  return stdout;
}

/** Checks that the client failed with the expected reason, and no misleading one. */
export async function refused(command: Promise<Finished>, why: RegExp): Promise<void> {
  const { code, stdout, stderr } = await command;
  const said = `${stderr}\n${stdout}`;
  expect(said).toMatch(why);
  expect(said).not.toMatch(/manifest unknown|_UNKNOWN|: not found|internal|too ?many|speaks/i);
  expect(code).not.toBe(0);
}
