import { planOf, type FaultOptions, type FaultPlan } from './fault-options.js';
import { type Operation, type Target } from './operations.js';
import { fits } from './seen-request.js';

/** A fault that is in force until it was used as often as it should be, or is removed. */
export interface Fault {
  /** How many requests it has befallen. */
  readonly used: number;

  /** Has it befall no further request. */
  remove(): void;
}

const READS_BLOB: readonly Operation[] = ['blob.get', 'blob.head'];

/** The faults in force. Those that were asked for first come first; a request meets one at most. */
export class Faults {
  private readonly inForce = new Set<PlannedFault>();

  /** @throws TypeError that says what is wrong with `options` */
  add(options: FaultOptions): Fault {
    const fault = new PlannedFault(options, () => this.inForce.delete(fault));
    this.inForce.add(fault);
    return fault;
  }

  /** What is to happen to a request that asks for `target`, if anything. */
  take(target: Target): FaultPlan | undefined {
    for (const fault of this.inForce) if (fault.befalls(target)) return fault.use();
    return undefined;
  }

  clear(): void {
    this.inForce.clear();
  }
}

class PlannedFault implements Fault {
  used = 0;
  private readonly plan: FaultPlan;
  private readonly options: FaultOptions;

  constructor(
    options: FaultOptions,
    readonly remove: () => void,
  ) {
    this.plan = planOf(options);
    this.options = structuredClone(options);
  }

  befalls(target: Target): boolean {
    const { on = {}, missingBlob, times = Infinity } = this.options;
    if (this.used >= times) return false;
    return fits(on, target) && (missingBlob !== true || READS_BLOB.includes(target.operation));
  }

  use(): FaultPlan {
    this.used += 1;
    return this.plan;
  }
}
