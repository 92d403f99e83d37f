/** The options of every command that works on a running registry or on a storage. */
export const TARGET_OPTIONS = {
  registry: { takes: 'URL', means: 'ask this registry (default: BERTH_REGISTRY)' },
  storage: { means: 'work on the storage of the settings, whatever BERTH_REGISTRY says' },
  username: { takes: 'NAME', means: 'log in as NAME, with the password in BERTH_PASSWORD' },
  'ca-file': { takes: 'PATH', means: 'trust the CA in this file as well' },
} as const;

/** The options of every command that works on a running registry alone. */
export const REGISTRY_OPTIONS = {
  registry: TARGET_OPTIONS.registry,
  username: TARGET_OPTIONS.username,
  'ca-file': TARGET_OPTIONS['ca-file'],
} as const;

/** `--json`. */
export const JSON_OPTION = {
  json: { means: 'print JSON, for programs' },
} as const;

/** The registry on which a command works and who asks, as typed. */
export interface RegistryOptions {
  readonly registry: string | undefined;
  readonly username: string | undefined;
  readonly 'ca-file': string | undefined;
}

/** Where a command works and who asks, as typed. */
export interface TargetOptions extends RegistryOptions {
  readonly storage: boolean;
}
