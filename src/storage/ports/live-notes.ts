/** Short texts by which the processes of a storage say what happens now, while somebody looks. They are not durable. */
export abstract class LiveNotes {
  /** Says that somebody reads the notes. That holds for a few seconds. */
  abstract want(): Promise<void>;

  /** Returns whether somebody reads the notes, in any process, as of at most two seconds ago. Asked for every request. */
  abstract isWanted(): boolean;

  /** Replaces the note of this process, which others see at once. It is forgotten if it is not replaced for a minute. */
  abstract write(text: string): Promise<void>;

  /** Removes the note of this process, if there is one. */
  abstract clear(): Promise<void>;

  /** Resolves to the notes of all processes, of this one, too. Those of dead processes are left out after a minute. */
  abstract read(): Promise<string[]>;
}
