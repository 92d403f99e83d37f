import { readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';

import { makeDirectory, writeFileAtomically } from '../../../files/atomic-write.js';
import { ignoreNotFound } from '../../../files/errors.js';
import { EventCursors, requireConsumerName, type EventPosition } from '../../ports/outbox.js';
import { succeedsIfPresent } from '../disk/fs-errors.js';
import { allNames } from '../disk/list-names.js';

const FILE = /^([0-9a-z-]{1,100})\.json$/;

interface Cursor {
  readonly position: EventPosition;
  readonly state?: string;
}

/** Keeps each cursor in a file, so that consumers never wait for each other. */
export class FileEventCursors extends EventCursors {
  constructor(private readonly directory: string) {
    super();
  }

  override async get(consumer: string): Promise<EventPosition | undefined> {
    return (await this.read(consumer))?.position;
  }

  override async put(consumer: string, position: EventPosition, state?: string): Promise<void> {
    requireConsumerName(consumer);
    await makeDirectory(this.directory, 0o700);
    const cursor: Cursor = { position, ...(state !== undefined && { state }) };
    await writeFileAtomically(this.pathOf(consumer), JSON.stringify(cursor), 0o600);
  }

  override async state(consumer: string): Promise<string | undefined> {
    return (await this.read(consumer))?.state;
  }

  override async list(): Promise<string[]> {
    const names = (await allNames(this.directory)).map((name) => FILE.exec(name)?.[1]);
    return names.filter((name) => name !== undefined);
  }

  override async remove(consumer: string): Promise<boolean> {
    requireConsumerName(consumer);
    return succeedsIfPresent(unlink(this.pathOf(consumer)));
  }

  private async read(consumer: string): Promise<Cursor | undefined> {
    requireConsumerName(consumer);
    const text = await readFile(this.pathOf(consumer), 'utf8').catch(ignoreNotFound);
    return text === undefined ? undefined : (JSON.parse(text) as Cursor);
  }

  private pathOf(consumer: string): string {
    return join(this.directory, `${consumer}.json`);
  }
}
