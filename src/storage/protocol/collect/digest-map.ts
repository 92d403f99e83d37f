import { EMPTY, FIRST_SLOTS, MAX_LOAD, slotOf, type DigestKey } from './digest-slots.js';

/** Values by keys of digests. Unlike a `Map`, it stays fast with keys that a client has chosen. */
export class DigestMap<V> {
  private keys = new Float64Array(FIRST_SLOTS);
  private values = emptySlots<V>(FIRST_SLOTS);
  private used = 0;

  get(key: DigestKey): V | undefined {
    const slot = slotOf(this.keys, key);
    return this.keys[slot] === key ? this.values[slot] : undefined;
  }

  set(key: DigestKey, value: V): void {
    if (this.put(key, value)) this.used++;
    if (this.used >= this.keys.length * MAX_LOAD) this.enlarge();
  }

  /** Returns whether the key was not there. */
  private put(key: DigestKey, value: V): boolean {
    const slot = slotOf(this.keys, key);
    const isNew = this.keys[slot] !== key;
    this.keys[slot] = key;
    this.values[slot] = value;
    return isNew;
  }

  private enlarge(): void {
    const { keys, values } = this;
    this.keys = new Float64Array(keys.length * 2);
    this.values = emptySlots(this.keys.length);
    keys.forEach((key, slot) => {
      const value = values[slot];
      if (key !== EMPTY && value !== undefined) this.put(key, value);
    });
  }
}

/** Returns an array that has all of its elements: one with holes would be as slow as a `Map`. */
function emptySlots<V>(length: number): (V | undefined)[] {
  return new Array<V | undefined>(length).fill(undefined);
}
