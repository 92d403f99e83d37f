import { type MirrorNames } from './meant-repository.js';
import { type MirrorsPlan } from './mirrors-plan.js';

/** What the mirrors file says at present, and the names that it gives to repositories. */
export abstract class CurrentMirrors {
  abstract readonly path: string;
  abstract readonly value: MirrorsPlan;
  abstract readonly names: MirrorNames;
  /** Stops watching the file. */
  abstract close(): void;
}
