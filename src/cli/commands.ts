import { CONFIG_VARIABLE } from '../config/setting.js';

/** What the command line asks for. */
export type Command =
  | {
      readonly name: 'serve';
      /** Settings by their variables, which count more than the environment. */
      readonly settings: Readonly<Record<string, string>>;
    }
  | { readonly name: 'help' }
  | { readonly name: 'version' }
  | { readonly name: 'health' }
  | ConfigCommand
  | { readonly name: 'gc'; readonly dryRun: boolean }
  | { readonly name: 'verify'; readonly quarantine: boolean }
  | { readonly name: 'why' | 'rm'; readonly argument: string }
  | { readonly name: 'user list'; readonly file?: string | undefined }
  | {
      readonly name: 'user add' | 'user remove';
      readonly file?: string | undefined;
      readonly user: string;
    }
  | { readonly name: 'token create'; readonly robot: RobotOptions }
  | { readonly name: 'token list' }
  | { readonly name: 'token revoke'; readonly argument: string }
  | {
      readonly name: 'access check';
      readonly file?: string | undefined;
      readonly question?: Question;
    }
  | {
      readonly name: 'tls dev';
      readonly hosts: readonly string[];
      readonly out?: string | undefined;
    }
  | {
      readonly name: 'doctor';
      readonly url: string;
      readonly username?: string | undefined;
      readonly readOnly: boolean;
      readonly caFile?: string | undefined;
    };

/** Commands about the settings themselves, which run without checking them. */
export type ConfigCommand =
  | { readonly name: 'config init'; readonly path?: string | undefined }
  | { readonly name: 'config show' };

/** A command that is done when it has answered. */
export type ShortCommand = Exclude<
  Command,
  { readonly name: 'serve' | 'help' | 'version' | 'health' | ConfigCommand['name'] }
>;

/** Whether a caller may do something, as it was typed. */
export interface Question {
  readonly caller: string;
  /** Those that an issuer would say the caller is in. */
  readonly groups: readonly string[];
  readonly action: string;
  readonly repository: string;
}

/** What a robot is to be, as it was typed; lists have commas between. */
export interface RobotOptions {
  readonly can: string | undefined;
  readonly repositories: string | undefined;
  readonly expires: string | undefined;
}

/** Every option of every command, for Node's parser. */
export const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
  memory: { type: 'boolean' },
  port: { type: 'string' },
  host: { type: 'string' },
  config: { type: 'string' },
  'dry-run': { type: 'boolean' },
  quarantine: { type: 'boolean' },
  file: { type: 'string' },
  group: { type: 'string', multiple: true },
  can: { type: 'string' },
  repositories: { type: 'string' },
  expires: { type: 'string' },
  out: { type: 'string' },
  username: { type: 'string' },
  'read-only': { type: 'boolean' },
  'ca-file': { type: 'string' },
} as const;

/** The options that were typed, and what stood behind them. */
export interface OptionValues {
  readonly memory?: boolean;
  readonly port?: string;
  readonly host?: string;
  readonly config?: string;
  readonly 'dry-run'?: boolean;
  readonly quarantine?: boolean;
  readonly file?: string;
  readonly group?: readonly string[];
  readonly can?: string;
  readonly repositories?: string;
  readonly expires?: string;
  readonly out?: string;
  readonly username?: string;
  readonly 'read-only'?: boolean;
  readonly 'ca-file'?: string;
}

/** How a command is typed, and what it does. */
export interface Syntax {
  readonly words: string;
  /** The names of what stands behind the words. */
  readonly operands: readonly string[];
  /** The name of further operands, as many as one likes. */
  readonly more?: string;
  /** The options that it takes, each with its argument. */
  readonly options: { readonly [K in keyof OptionValues]: string };
  readonly does: string;
  /** The command of as many operands as have names, and more if it takes more. */
  readonly read: (options: OptionValues, ...operands: string[]) => Command;
}

const FILE = { file: 'PATH' };

/** What the options of `serve` say, as the settings that they stand for. */
function servedBy({ memory, port, host, config }: OptionValues): Readonly<Record<string, string>> {
  return {
    ...(memory === true && { REGISTRY_STORAGE_DRIVER: 'memory' }),
    ...(port !== undefined && { REGISTRY_PORT: port }),
    ...(host !== undefined && { REGISTRY_HOST: host }),
    ...(config !== undefined && { [CONFIG_VARIABLE]: config }),
  };
}

/** In the order of the help. Two words begin with what the command is about. */
export const COMMANDS: readonly Syntax[] = [
  {
    words: 'serve',
    operands: [],
    options: { memory: '', port: 'N', host: 'ADDRESS', config: 'PATH' },
    does: 'start the registry; in memory it needs no file, and port 0 is a free one',
    read: (options) => ({ name: 'serve', settings: servedBy(options) }),
  },
  {
    words: 'health',
    operands: [],
    options: {},
    does: 'whether a registry with these settings serves here: a container’s health check',
    read: () => ({ name: 'health' }),
  },
  {
    words: 'config init',
    operands: [],
    options: FILE,
    does: 'write a settings file, berth.yaml, with all defaults',
    read: ({ file }) => ({ name: 'config init', path: file }),
  },
  {
    words: 'config show',
    operands: [],
    options: {},
    does: 'show each setting, and where its value comes from',
    read: () => ({ name: 'config show' }),
  },
  {
    words: 'gc',
    operands: [],
    options: { 'dry-run': '' },
    does: 'collect garbage now, or tell what would go, and by which rule',
    read: (options) => ({ name: 'gc', dryRun: options['dry-run'] === true }),
  },
  {
    words: 'why',
    operands: ['DIGEST'],
    options: {},
    does: 'what keeps a blob or a manifest, or since when nothing does',
    read: (_, argument) => ({ name: 'why', argument }),
  },
  {
    words: 'verify',
    operands: [],
    options: { quarantine: '' },
    does: 'read everything, name what is damaged, and move it aside',
    read: ({ quarantine }) => ({ name: 'verify', quarantine: quarantine === true }),
  },
  {
    words: 'rm',
    operands: ['REPOSITORY'],
    options: {},
    does: 'remove a whole repository',
    read: (_, argument) => ({ name: 'rm', argument }),
  },
  {
    words: 'user add',
    operands: ['NAME'],
    options: FILE,
    does: 'let somebody log in, or give a new password',
    read: ({ file }, user) => ({ name: 'user add', file, user }),
  },
  {
    words: 'user list',
    operands: [],
    options: FILE,
    does: 'name all who can log in',
    read: ({ file }) => ({ name: 'user list', file }),
  },
  {
    words: 'user remove',
    operands: ['NAME'],
    options: FILE,
    does: 'remove a user',
    read: ({ file }, user) => ({ name: 'user remove', file, user }),
  },
  {
    words: 'access check',
    operands: [],
    options: FILE,
    does: 'name all that is wrong with the access file',
    read: ({ file }) => ({ name: 'access check', file }),
  },
  {
    words: 'access check',
    operands: ['NAME', 'ACTION', 'REPOSITORY'],
    options: { ...FILE, group: 'NAME' },
    does: 'whether NAME, or anonymous, may pull, push or delete, and by which rule',
    read: ({ file, group = [] }, caller, action, repository) => ({
      name: 'access check',
      file,
      question: { caller, groups: group, action, repository },
    }),
  },
  {
    words: 'token create',
    operands: [],
    options: { can: 'pull,push,delete', repositories: 'PATTERNS', expires: '90d|never' },
    does: 'make a robot, and print its token once',
    read: ({ can, repositories, expires }) => ({
      name: 'token create',
      robot: { can, repositories, expires },
    }),
  },
  {
    words: 'token list',
    operands: [],
    options: {},
    does: 'what each robot can do, and until when',
    read: () => ({ name: 'token list' }),
  },
  {
    words: 'token revoke',
    operands: ['ID'],
    options: {},
    does: 'make a robot’s token worthless at once',
    read: (_, argument) => ({ name: 'token revoke', argument }),
  },
  {
    words: 'tls dev',
    operands: [],
    more: 'HOST',
    options: { out: 'DIR' },
    does: 'make a certificate for development, and tell how clients trust it',
    read: ({ out }, ...hosts) => ({ name: 'tls dev', hosts, out }),
  },
  {
    words: 'doctor',
    operands: ['URL'],
    options: { username: 'NAME', 'read-only': '', 'ca-file': 'PATH' },
    does: 'ask a registry as clients do, and tell what to change on the way to it',
    read: (options, url) => ({
      name: 'doctor',
      url,
      username: options.username,
      readOnly: options['read-only'] === true,
      caFile: options['ca-file'],
    }),
  },
];
