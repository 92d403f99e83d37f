import { failed, type Finding } from './findings.ts';
import { pushImage } from './push-image.ts';
import type { Pusher } from './push-blob.ts';
import { ConnectionLost } from './registry-client.ts';

const CLIENTS = 6;
const MAX_FINDINGS = 20;

/** Makes the names of new repositories unique in all rounds. */
let started = 0;

/** Several clients that push images to one server, one after the other, until they are stopped. */
export class Clients {
  /** The failures before the power cut or the kill. */
  readonly findings: Finding[] = [];
  private ending = false;
  private readonly running: Promise<void>;

  constructor(pusher: Pusher) {
    const loops = Array.from({ length: CLIENTS }, () => this.push(pusher, ++started));
    this.running = Promise.all(loops).then(() => undefined);
  }

  /** From now on failures are expected. */
  expectFailures(): void {
    this.ending = true;
  }

  async ended(): Promise<void> {
    await this.running;
  }

  private isOver(): boolean {
    return this.ending || this.findings.length >= MAX_FINDINGS;
  }

  private async push(pusher: Pusher, client: number): Promise<void> {
    for (let image = 1; !this.isOver(); image++) {
      try {
        await pushImage(pusher, `team-${client}/project/app-${image}`);
      } catch (error) {
        if (this.isOver()) return;
        this.findings.push(failed('request', `client ${client}`, error));
        if (error instanceof ConnectionLost) return;
      }
    }
  }
}
