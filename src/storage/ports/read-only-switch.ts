/** Switches pushes and deletes off for all processes of a storage. */
export abstract class ReadOnlySwitch {
  /** Returns whether the storage is read-only. Asked for every push and delete. */
  abstract isOn(): boolean | Promise<boolean>;

  /** Switches it. Resolves when every process refuses new pushes and deletes, or accepts them again. Survives a restart. */
  abstract set(on: boolean): Promise<void>;
}
