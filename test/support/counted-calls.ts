import * as blocking from 'node:fs';
import * as promised from 'node:fs/promises';

type Call = (...args: unknown[]) => unknown;

/** Records the calls of Node's file system by name, in order. */
export class CountedCalls {
  private calls: string[] = [];

  /** Replaces `node:fs/promises`. Calls of `stat` on an open file are recorded as `handle.stat`. */
  get promises(): object {
    const open: Call = async (...args) => {
      const handle = (await Reflect.apply(promised.open, undefined, args)) as promised.FileHandle;
      return Object.assign(handle, {
        stat: this.counted('handle.stat', handle.stat.bind(handle) as Call),
      });
    };
    return this.countedModule({ ...promised, open });
  }

  /** Replaces `node:fs`. */
  get blocking(): object {
    return this.countedModule(blocking);
  }

  /** Runs `work` and resolves to the calls that it made. */
  async of(work: () => Promise<unknown>): Promise<string[]> {
    this.calls = [];
    await work();
    return this.calls;
  }

  private countedModule(functions: object): object {
    const entries: [string, unknown][] = Object.entries(functions);
    return Object.fromEntries(
      entries.map(([name, value]) => {
        const isCall = typeof value === 'function' && /^[a-z]/.test(name);
        return [name, isCall ? this.counted(name, value as Call) : value];
      }),
    );
  }

  private counted(name: string, call: Call): Call {
    return (...args) => {
      this.calls.push(name);
      return call(...args);
    };
  }
}
