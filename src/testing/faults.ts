import { planOf, type FaultOptions, type FaultPlan } from './fault-options.js';
import { type Operation, type Target } from './operations.js';
import { fits } from './seen-request.js';

/** A fault that applies to requests until it was used `times` times or is removed. */
export interface Fault {
  /** How many requests it was applied to. */
  readonly used: number;

  /** Applies it to no further request. */
  remove(): void;
}

const READS_BLOB: readonly Operation[] = ['blob.get', 'blob.head'];

/** The active faults. The oldest matching one applies, and only one to a request. */
export class Faults {
  private readonly inForce = new Set<PlannedFault>();

  /** Adds a fault. @throws TypeError that says what is wrong with `options` */
  add(options: FaultOptions): Fault {
    const fault = new PlannedFault(options, () => this.inForce.delete(fault));
    this.inForce.add(fault);
    return fault;
  }

  /** Returns what happens to a request for `target`, and uses the fault. `undefined` if none matches. */
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
