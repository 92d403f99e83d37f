import { type Settings } from '../config/settings.js';
import { checkAccess } from './access-command.js';
import { type ShortCommand } from './commands.js';
import { collectNow, removeRepository, why } from './gc-commands.js';
import { readPassword } from './read-password.js';
import { createRobot, listRobots, revokeRobot } from './token-commands.js';
import { addUser, listUsers, removeUser } from './user-commands.js';
import { verify } from './verify-command.js';

/** Does what `command` says. Answers false where its answer is no. @throws PlainFailure */
export async function runCommand(
  command: ShortCommand,
  settings: Settings,
  print: (line: string) => void,
): Promise<boolean> {
  if (command.name === 'access check') return checkAccess(settings, command, print);
  if (command.name === 'doctor') {
    const { consultDoctor } = await import('./doctor-command.js');
    return consultDoctor(command, print);
  }
  await run(command, settings, print);
  return true;
}

async function run(
  command: Exclude<ShortCommand, { readonly name: 'access check' | 'doctor' }>,
  settings: Settings,
  print: (line: string) => void,
): Promise<void> {
  switch (command.name) {
    case 'gc':
      return collectNow(settings, command.dryRun, print);
    case 'why':
      return why(settings, command.argument, print);
    case 'rm':
      return removeRepository(settings, command.argument, print);
    case 'verify':
      return verify(settings, command.quarantine, print);
    case 'token create':
      return createRobot(settings, command.robot, print);
    case 'token list':
      return listRobots(settings, print);
    case 'token revoke':
      return revokeRobot(settings, command.argument, print);
    case 'user add':
      return addUser(settings, command, readPassword, print);
    case 'user list':
      return listUsers(settings, command, print);
    case 'user remove':
      return removeUser(settings, command, print);
    case 'tls dev': {
      // Nothing else needs what makes certificates.
      const { makeDevelopmentCertificate } = await import('./tls-command.js');
      return makeDevelopmentCertificate(settings, command, print);
    }
  }
}
