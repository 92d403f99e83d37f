import { type Storage } from '../../storage/ports/storage.js';

/** An operation whose duration is recorded. */
export interface Operation {
  /** Runs the work, so that operations within it are parts of this one. */
  run<T>(work: () => T): T;
  end(error?: unknown): void;
}

/** Begins an operation, such as `manifests.open`. Returns `undefined` for one that is not recorded. */
export type Begin = (name: string) => Operation | undefined;

/** The ports whose operations are recorded. */
const PORTS = ['blobs', 'uploads', 'manifests', 'tags', 'catalog', 'collector'];

/** Returns the same storage, whose operations on content are recorded. */
export function tracedStorage(storage: Storage, begin: Begin): Storage {
  const ports = new Map<string, unknown>();
  for (const name of PORTS) {
    const port: unknown = Reflect.get(storage, name);
    if (isObject(port)) ports.set(name, traced(port, name, begin));
  }
  return new Proxy(storage, {
    get: (target, key) => {
      if (typeof key === 'string' && ports.has(key)) return ports.get(key);
      return bound(target, key);
    },
  });
}

/** Returns the same object, whose methods are recorded with `name` before theirs. */
function traced<T extends object>(object: T, name: string, begin: Begin): T {
  const methods = new Map<PropertyKey, unknown>();
  return new Proxy(object, {
    get: (target, key) => {
      const known = methods.get(key);
      if (known !== undefined) return known;
      const value = bound(target, key);
      if (!isMethod(value) || typeof key === 'symbol') return value;
      const method = recorded(value, `${name}.${key}`, begin);
      methods.set(key, method);
      return method;
    },
  });
}

type Method = (...args: unknown[]) => unknown;

function recorded(method: Method, name: string, begin: Begin): Method {
  return (...args) => {
    const operation = begin(name);
    if (operation === undefined) return method(...args);
    return finishWith(
      operation,
      () => method(...args),
      // The bytes of an upload arrive through the session that this method opens.
      (result) =>
        name === 'uploads.open' && isObject(result) ? traced(result, 'upload', begin) : result,
    );
  };
}

/** Ends the operation when the promise or the iteration that the work returns has ended. */
function finishWith(
  operation: Operation,
  work: () => unknown,
  change: (result: unknown) => unknown,
): unknown {
  const fail = (error: unknown): never => {
    operation.end(error);
    throw error;
  };
  let result: unknown;
  try {
    result = operation.run(work);
  } catch (error) {
    return fail(error);
  }
  if (result instanceof Promise) {
    return result.then((value: unknown) => {
      operation.end();
      return change(value);
    }, fail);
  }
  if (isObject(result) && Symbol.asyncIterator in result) {
    return iterated(result as AsyncIterable<unknown>, operation);
  }
  operation.end();
  return result;
}

async function* iterated(items: AsyncIterable<unknown>, operation: Operation): AsyncGenerator {
  let failure: unknown;
  try {
    yield* items;
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    operation.end(failure);
  }
}

/** Returns a property; a method works on the object itself, whose private fields a proxy does not have. */
function bound(object: object, key: PropertyKey): unknown {
  const value: unknown = Reflect.get(object, key);
  return isMethod(value) ? value.bind(object) : value;
}

function isMethod(value: unknown): value is Method {
  return typeof value === 'function';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
