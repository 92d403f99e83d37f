import { expect } from '@jest/globals';
import type { Finished } from '../command.js';

/** How the clients say that somebody lacks a right, that nobody is logged in, and that the password is wrong. */
export const DENIED = /denied|\b403\b/i;
export const LOG_IN = /log in first|\b401\b|authentication required|basic (auth )?credential/i;
export const WRONG =
  /invalid or expired credentials|\b401\b|invalid username\/password|authentication required/i;

/** What the client printed; throws where it failed. */
export async function done(command: Promise<Finished>): Promise<string> {
  const { code, stdout, stderr } = await command;
  if (code !== 0) throw new Error(`exit code ${String(code)}:\n${stderr}\n${stdout}`);
  return stdout;
}

/** Demands that the client failed, said why, and nothing that leads elsewhere. */
export async function refused(command: Promise<Finished>, why: RegExp): Promise<void> {
  const { code, stdout, stderr } = await command;
  const said = `${stderr}\n${stdout}`;
  expect(said).toMatch(why);
  expect(said).not.toMatch(/manifest unknown|_UNKNOWN|: not found|internal|too ?many|speaks/i);
  expect(code).not.toBe(0);
}
