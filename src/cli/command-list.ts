import { type Command } from './command.js';
import { accessCheck } from './commands/access-check.js';
import { completion } from './commands/completion.js';
import { configInit } from './commands/config-init.js';
import { configShow } from './commands/config-show.js';
import { doctor } from './commands/doctor.js';
import { du } from './commands/du.js';
import { events } from './commands/events.js';
import { history } from './commands/history.js';
import { inspect } from './commands/inspect.js';
import { prune } from './commands/prune.js';
import { tag } from './commands/tag.js';
import { uploads } from './commands/uploads.js';
import { gc } from './commands/gc.js';
import { health } from './commands/health.js';
import { ls } from './commands/ls.js';
import { migrate } from './commands/migrate.js';
import { mirrorCheck } from './commands/mirror-check.js';
import { mirrorRefresh } from './commands/mirror-refresh.js';
import { mirrorSetup } from './commands/mirror-setup.js';
import { mirrorStatus } from './commands/mirror-status.js';
import { mirrorWarm } from './commands/mirror-warm.js';
import { mirrorWhy } from './commands/mirror-why.js';
import { readOnly } from './commands/read-only.js';
import { rm } from './commands/rm.js';
import { serve } from './commands/serve.js';
import { tlsDev } from './commands/tls-dev.js';
import { tokenCreate } from './commands/token-create.js';
import { tokenList } from './commands/token-list.js';
import { tokenRevoke } from './commands/token-revoke.js';
import { userAdd } from './commands/user-add.js';
import { userList } from './commands/user-list.js';
import { userRemove } from './commands/user-remove.js';
import { verify } from './commands/verify.js';
import { why } from './commands/why.js';

/** The commands by what they are about, in the order of the help. A command loads its dependencies only when it runs. */
export const SUBJECTS: Readonly<Record<string, readonly Command[]>> = {
  'The registry:': [
    serve,
    health,
    doctor,
    configInit,
    configShow,
    mirrorCheck,
    mirrorSetup,
    mirrorStatus,
    mirrorRefresh,
    mirrorWarm,
    mirrorWhy,
    completion,
  ],
  'Who may use it:': [
    userAdd,
    userList,
    userRemove,
    accessCheck,
    tokenCreate,
    tokenList,
    tokenRevoke,
    tlsDev,
  ],
  'What is in it:': [ls, inspect, history, tag, rm, prune, du, uploads, events],
  'Upkeep of its storage:': [gc, why, verify, readOnly, migrate],
};

/** Every command. */
export const COMMANDS: readonly Command[] = Object.values(SUBJECTS).flat();

/** What the commands of each group do. */
export const GROUPS: Readonly<Record<string, string>> = {
  config: 'write a settings file, or show the settings',
  user: 'manage the users who can log in',
  access: 'check the access file, or what a user may do',
  token: 'manage tokens for robots, such as CI',
  mirror: 'check the mirrors, watch them, and set up clients',
  tls: 'make a certificate for development',
};
