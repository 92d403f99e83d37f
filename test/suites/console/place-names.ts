/** The places where the console can be served, as the variable `PLACE` names them. */
export const PLACE_NAMES = ['root', 'nest', 'nginx'] as const;

export type PlaceName = (typeof PLACE_NAMES)[number];
