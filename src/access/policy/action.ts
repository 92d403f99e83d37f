/** What one may do in a repository: read, write, and take away. Whoever may push cannot thereby pull. */
export const ACTIONS = ['pull', 'push', 'delete'] as const;

export type Action = (typeof ACTIONS)[number];
