import { type Digest } from '../../../domain/digest.js';
import { RegistryError } from '../../../domain/errors.js';
import { type NeedingIndex } from './index-search.js';

/** How many times one deletion removes a manifest that clients keep pushing. */
const MAX_ROUNDS = 10;

/** The steps of removing one manifest, as an adapter implements them. Other clients see each step as atomic. */
export interface RemovalSteps {
  /** Resolves to whether the manifest exists. A manifest that any pass has set aside is restored. */
  exists(): Promise<boolean>;

  /** Resolves to a reachable index that lists the manifest, or to `undefined`: `IndexSearch`. */
  findIndex(): Promise<NeedingIndex | undefined>;

  /** Moves the manifest aside durably. Readers still find it there, and a push that needs it restores it. */
  setAside(): Promise<void>;

  /** Moves the manifest back durably. */
  restore(): Promise<void>;

  /** Removes what this and all other passes have set aside of the manifest, durably. */
  drop(): Promise<void>;
}

/**
 * Removes a manifest unless an index needs it. Resolves to whether the manifest existed. It moves the manifest aside before it decides,
 * so that an index that is published meanwhile is seen: docs/storage-layout.md#deleting-a-manifest.
 *
 * @throws RegistryError `denied`
 */
export async function removeUnlisted(steps: RemovalSteps, digest: Digest): Promise<boolean> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (!(await steps.exists())) return round > 0;
    // Most refusals are decided here, without any move.
    await requireUnlisted(steps, digest);
    try {
      await steps.setAside();
      await requireUnlisted(steps, digest);
    } catch (error) {
      await steps.restore();
      throw error;
    }
    await steps.drop();
  }
  return true;
}

/** @throws RegistryError `denied` */
async function requireUnlisted(steps: RemovalSteps, digest: Digest): Promise<void> {
  const index = await steps.findIndex();
  if (index === undefined) return;
  const message =
    index.digest === undefined
      ? `${digest} is part of an index that is being pushed: try again later`
      : `${digest} is part of the index ${index.digest}: delete the index first`;
  throw new RegistryError('denied', message, { digest, index: index.digest });
}
