import { InvalidFile } from '../files/invalid-file.js';
import { LockedFile } from '../access/identity/users-editor.js';
import { type Settings } from '../config/settings.js';
import { PlainFailure } from './plain-failure.js';

interface NamedFile {
  readonly name: string;
  readonly variable: string;
  readonly of: (settings: Settings) => string;
}

const FILES = {
  usersFile: {
    name: 'users file',
    variable: 'REGISTRY_USERS_FILE',
    of: ({ auth }) => auth.usersFile,
  },
  accessFile: {
    name: 'access file',
    variable: 'REGISTRY_ACCESS_FILE',
    of: ({ auth }) => auth.accessFile,
  },
  mirrorsFile: {
    name: 'mirrors file',
    variable: 'REGISTRY_MIRRORS_FILE',
    of: ({ mirror }) => mirror.file,
  },
} as const satisfies Readonly<Record<string, NamedFile>>;

/**
 * Runs `work` on the file that `--file` or the setting names.
 *
 * @throws PlainFailure for an invalid, locked or unwritable file
 */
export async function withFile<T>(
  settings: Settings,
  which: keyof typeof FILES,
  option: string | undefined,
  work: (path: string) => Promise<T>,
): Promise<T> {
  const { name, variable, of } = FILES[which];
  const path = option ?? of(settings);
  if (path === '') {
    throw new PlainFailure(`there is no ${name}: set ${variable}, or use --file PATH`);
  }
  try {
    return await work(path);
  } catch (error) {
    throw explain(error, path);
  }
}

function explain(error: unknown, path: string): unknown {
  if (error instanceof InvalidFile || error instanceof LockedFile) {
    return new PlainFailure(error.message, { cause: error });
  }
  if (!isOfSystem(error)) return error;
  // A file that is mounted by itself, as in a container, cannot be replaced.
  const hint = error.code === 'EBUSY' ? ': mount its directory, not the file' : '';
  return new PlainFailure(`${path} cannot be changed: ${error.message}${hint}`, { cause: error });
}

/** Looks at `syscall`, because `instanceof` fails in test runners that give each module its own global Error. */
function isOfSystem(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === 'object' && error !== null && 'syscall' in error;
}
