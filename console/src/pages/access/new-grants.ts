/** What a robot may do in the repositories of a pattern, as a person fills it in. */
export interface DraftGrant {
  readonly repositories: string;
  readonly actions: readonly Action[];
}

export const ACTIONS = ['pull', 'push', 'delete'] as const;

export type Action = (typeof ACTIONS)[number];

/** What a robot does most often. */
export const FIRST_GRANT: DraftGrant = { repositories: '', actions: ['pull'] };

/** Returns what is wrong with a robot, or `undefined`. The registry checks the patterns. */
export function problemOfRobot(name: string, grants: readonly DraftGrant[]): string | undefined {
  if (name.trim() === '') return 'Give the robot a name, such as the program that uses it.';
  if (grants.some(({ repositories }) => repositories.trim() === '')) {
    return 'Name the repositories of each line, such as team/app, team/** or **.';
  }
  if (grants.some(({ actions }) => actions.length === 0)) {
    return 'Choose at least one right in each line.';
  }
  return undefined;
}
