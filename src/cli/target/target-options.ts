/** The options of every command that works on a running registry or on a storage. */
export const TARGET_OPTIONS = {
  registry: { takes: 'URL', means: 'ask this registry (default: BERTH_REGISTRY)' },
  storage: { means: 'work on the storage of the settings, whatever BERTH_REGISTRY says' },
  username: { takes: 'NAME', means: 'log in as NAME, with the password in BERTH_PASSWORD' },
  'ca-file': { takes: 'PATH', means: 'trust the CA in this file as well' },
} as const;

/** `--json`. */
export const JSON_OPTION = {
  json: { means: 'print JSON, for programs' },
} as const;

/** Where a command works and who asks, as typed. */
export interface TargetOptions {
  readonly registry: string | undefined;
  readonly storage: boolean;
  readonly username: string | undefined;
  readonly 'ca-file': string | undefined;
}
