import {
  Repositories,
  type MemoryRepository,
} from '../../../../../src/storage/memory/repositories.js';
import { Shelf, type Linked } from '../../../../../src/storage/memory/shelf.js';
import { type Storage } from '../../../../../src/storage/ports/storage.js';

/** Receives everything that an actor sees of the memory adapter's state. */
export interface Observer {
  /** Returns the index of the running actor. */
  actor(): number;
  note(text: string): void;
}

type AnyShelf = Shelf<Linked>;
type Undo = () => void;

let observer: Observer | undefined;
/** The random name of a pass → a stable name made from its actor and a number. */
let passes = new Map<string, string>();
let homes = new WeakMap<MemoryRepository, number>();
let homesMade = 0;

export function observeBy(next: Observer | undefined): void {
  if (next === undefined) {
    passes = new Map();
    homes = new WeakMap();
    homesMade = 0;
  }
  observer = next;
}

/** Reports every read of the memory adapter's state to the observer, until the returned function is called. */
export function instrumentMemory(): Undo {
  const undo = [
    ...instrumentShelf(),
    replace(
      Repositories.prototype,
      'find',
      (find) =>
        function (this: Repositories, name) {
          const home = find.call(this, name);
          note('find', name, serial(home));
          return home;
        },
    ),
    replace(
      Repositories.prototype,
      'findOrCreate',
      (make) =>
        function (this: Repositories, name) {
          const home = make.call(this, name);
          if (!(home.tags instanceof ObservedMap)) observeCollections(home);
          note('find', name, serial(home));
          return home;
        },
    ),
  ];
  return () => undo.reverse().forEach((one) => one());
}

/** Replaces a method until the returned function is called. */
export function replace<T extends object, K extends keyof T>(
  prototype: T,
  name: K,
  by: (original: T[K]) => T[K],
): Undo {
  const original = prototype[name];
  prototype[name] = by(original);
  return () => {
    prototype[name] = original;
  };
}

/** Observes all methods of `Shelf`: a method without a note would make different states look equal. */
function instrumentShelf(): Undo[] {
  const shelf = Shelf.prototype as unknown as Record<string, Method>;
  return Object.entries(Object.getOwnPropertyDescriptors(Shelf.prototype))
    .filter(([name, { value }]) => name !== 'constructor' && typeof value === 'function')
    .map(([name]) => replace(shelf, name, (method) => observed(name, method)));
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

function observed(name: string, method: Method | undefined): Method {
  return function (...args) {
    const answer = method?.apply(this, args);
    const known = isIterable(answer) ? [...answer] : answer;
    const given = args.map((arg) => (typeof arg === 'string' ? canonical(arg) : ''));
    note(name, ...given, ...[known].flat().map(textOfAnswer));
    return known;
  };
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

function textOfAnswer(answer: unknown): string {
  if (Array.isArray(answer)) return String(answer[0]);
  if (typeof answer !== 'object' || answer === null) return String(answer);
  const { pass = '', key = '', links = '' } = answer as Record<string, string | undefined>;
  return `${canonical(pass)}/${key}*${links}`;
}

class ObservedMap<V extends { readonly digest: unknown }> extends Map<string, V> {
  override get(key: string): V | undefined {
    const value = super.get(key);
    note('tag', key, String(value?.digest));
    return value;
  }

  override keys(): MapIterator<string> {
    note('tags', ...super.keys());
    return super.keys();
  }

  override [Symbol.iterator](): MapIterator<[string, V]> {
    for (const [key, { digest }] of super.entries()) note('tag', key, String(digest));
    return super.entries();
  }

  override delete(key: string): boolean {
    return noted('delete tag', key, super.delete(key));
  }
}

class ObservedSet extends Set<Uint8Array> {
  override [Symbol.iterator](): SetIterator<Uint8Array> {
    note('intents', ...[...super.values()].map(textOf));
    return super.values();
  }
}

function observeCollections(home: MemoryRepository): void {
  Object.assign(home, { tags: new ObservedMap(), intents: new ObservedSet() });
}

/** Returns everything that the actors share, as text. */
export function stateOf(storage: Storage): string {
  const { repositories } = storage.manifests as unknown as { repositories: Repositories };
  const { byName } = repositories as unknown as { byName: Map<string, MemoryRepository> };
  const told = observer;
  observer = undefined;
  const parts = [...byName].map(([name, home]) => [name, ...partsOf(home)].join(' '));
  observer = told;
  return parts.join('\n');
}

function partsOf(home: MemoryRepository): string[] {
  const { referrers } = home as unknown as { referrers: Map<string, AnyShelf> };
  return [
    `#${serial(home)}`,
    String(home.known),
    [...home.intents].map(textOf).join(),
    [...home.tags].map(([tag, { digest }]) => `${tag}=${digest}`).join(),
    stateOfShelf(home.blobs as unknown as AnyShelf),
    stateOfShelf(home.manifests as unknown as AnyShelf),
    ...[...referrers].map(([subject, shelf]) => `${subject} ${stateOfShelf(shelf)}`),
  ];
}

function stateOfShelf(shelf: AnyShelf): string {
  const live = [...shelf.entries()].map(([key, { links }]) => `${key}*${links}`);
  const aside = [...shelf.aside()].map(({ pass, key }) => `${canonical(pass)}/${key}`);
  return `${live.join()};${aside.join()}`;
}

function note(what: string, ...details: readonly unknown[]): void {
  observer?.note(`${what} ${details.join()}`);
}

function noted<T>(what: string, detail: string, answer: T): T {
  note(what, detail, answer);
  return answer;
}

function canonical(pass: string): string {
  if (!/^\d+-/.test(pass)) return pass;
  const known = passes.get(pass);
  if (known !== undefined) return known;
  const mine = `${observer?.actor() ?? '?'}:`;
  const turn = [...passes.values()].filter((name) => name.startsWith(mine)).length;
  const name = `${mine}${turn}`;
  passes.set(pass, name);
  return name;
}

function serial(home: MemoryRepository | undefined): number {
  if (home === undefined) return 0;
  const known = homes.get(home) ?? ++homesMade;
  homes.set(home, known);
  return known;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
