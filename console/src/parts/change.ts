/** How something differs between two things. */
export type Change = 'added' | 'removed' | 'changed';
