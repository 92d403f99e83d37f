import * as blocking from 'node:fs';
import * as promised from 'node:fs/promises';

type Call = (...args: unknown[]) => unknown;

/** Lists the calls of Node's file system by name, in their order. */
export class CountedCalls {
  private calls: string[] = [];

  /** Replaces `node:fs/promises`. Looks at the size of an open file are listed too, as `handle.stat`. */
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

  /** Does `work` and returns the calls that it made. */
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
