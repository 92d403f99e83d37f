/** Switches pushes and deletes off for all processes of a storage. */
export abstract class ReadOnlySwitch {
  /** Resolves to whether the storage is read-only. Asked for every push and delete. */
  abstract isOn(): Promise<boolean>;

  /** Switches it. Takes effect in every process at once, and survives a restart. */
  abstract set(on: boolean): Promise<void>;
}
