import { problemOfPassword } from '../access/identity/password-hash.js';
import * as editor from '../access/identity/users-editor.js';
import { parseUsers, problemOfName } from '../access/identity/users-file.js';
import { readText } from '../files/watched-file.js';
import { type Settings } from '../config/settings.js';
import { auditCommand } from '../observe/audit/command-audit.js';
import { withFile } from './access-files.js';
import { PlainFailure } from './plain-failure.js';

type Print = (line: string) => void;

interface InFile {
  /** The file to use instead of the one that the setting names. */
  readonly file?: string | undefined;
}

interface OfUser extends InFile {
  readonly user: string;
}

/** `berth user add NAME`: adds a user with the password that is read, or replaces the password. @throws PlainFailure */
export function addUser(
  settings: Settings,
  { file, user }: OfUser,
  readPassword: (user: string) => Promise<string>,
  print: Print,
): Promise<void> {
  return withFile(settings, 'usersFile', file, async (path) => {
    refuse(problemOfName(user));
    const password = await readPassword(user);
    refuse(problemOfPassword(password));
    const replaced = await editor.putUser(path, user, password);
    await auditCommand(settings.log, replaced ? 'user-password-changed' : 'user-added', user);
    print(`${replaced ? `replaced the password of ${user}` : `added ${user}`} in ${path}`);
  });
}

/** `berth user list`: prints the names, one a line, in the order of the file. @throws PlainFailure */
export function listUsers(settings: Settings, { file }: InFile, print: Print): Promise<void> {
  return withFile(settings, 'usersFile', file, async (path) => {
    for (const name of parseUsers(await readText(path), path).keys()) print(name);
  });
}

/** `berth user remove NAME`. @throws PlainFailure */
export function removeUser(
  settings: Settings,
  { file, user }: OfUser,
  print: Print,
): Promise<void> {
  return withFile(settings, 'usersFile', file, async (path) => {
    if (!(await editor.removeUser(path, user))) refuse(`there is no user ${user} in ${path}`);
    await auditCommand(settings.log, 'user-removed', user);
    print(`removed ${user} from ${path}`);
  });
}

function refuse(problem: string | undefined): void {
  if (problem !== undefined) throw new PlainFailure(problem);
}
