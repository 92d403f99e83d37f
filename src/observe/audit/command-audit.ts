import { appendFile } from 'node:fs/promises';
import { userInfo } from 'node:os';

import { type LogSettings } from '../../config/sections/log.settings.js';
import { auditLine } from './audit-line.js';

/** What a command changed. */
export type CommandEvent =
  | 'gc'
  | 'read-only'
  | 'repository-removed'
  | 'robot-created'
  | 'robot-revoked'
  | 'user-added'
  | 'user-password-changed'
  | 'user-removed';

/**
 * Writes a line about a command to the audit log, with the user of the operating system who ran it.
 *
 * With `REGISTRY_AUDIT_LOG=stdout` the line goes to the standard error, because programs read the output of commands.
 */
export async function auditCommand(
  { auditLog }: LogSettings,
  event: CommandEvent,
  target: string,
): Promise<void> {
  if (auditLog === '') return;
  const line = auditLine({ event, who: operator(), from: 'command line', target });
  if (auditLog === 'stdout') process.stderr.write(line);
  else await appendFile(auditLog, line, { mode: 0o600 }).catch(complain);
}

/** Reports a lost line. The change is made, and the command must still print its result. */
function complain(error: unknown): void {
  process.stderr.write(`the audit log has no line about this command: ${String(error)}\n`);
}

/** Returns the name of the operating system's user, who runs a command. In a container the user id may have no name. */
export function operator(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? '?'}`;
  }
}
