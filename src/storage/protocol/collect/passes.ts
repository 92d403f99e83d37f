import { randomBytes } from 'node:crypto';

const REMOVAL = '-removal-';

/** Returns the name of a new pass of a collector. The name contains the time of its beginning. */
export function newPass(now: number): string {
  return `${now}-${nonce()}`;
}

/** Returns the name of the pass in which a client's deletion sets a manifest aside. */
export function newRemoval(now: number): string {
  return `${now}${REMOVAL}${nonce()}`;
}

/** Returns when the pass began, in milliseconds since the epoch. */
export function beginOf(pass: string): number {
  return Number.parseInt(pass, 10);
}

/** Chooses passes by their names. */
export type PassFilter = (pass: string) => boolean;

/** The passes of clients that delete one manifest. Readers leave its manifest there, because restoring it would undo the deletion. */
export const isRemoval: PassFilter = (pass) => pass.includes(REMOVAL);

/** The passes of collectors. Readers restore what they need from them. */
export const isCollection: PassFilter = (pass) => !isRemoval(pass);

/** The choice of a push: it restores what it needs even from a deletion that is being decided. */
export const isAnyPass: PassFilter = () => true;

function nonce(): string {
  return randomBytes(6).toString('hex');
}
