/** The actions in a repository. The right to push does not include the right to pull. */
export const ACTIONS = ['pull', 'push', 'delete'] as const;

export type Action = (typeof ACTIONS)[number];
