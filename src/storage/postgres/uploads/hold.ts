import { type UploadId } from '../../../domain/upload-session.js';
import { lostHold } from '../../protocol/failures.js';
import { type Database } from '../database/database.js';
import { renewHold, type HoldKey } from './upload-rows.js';

/** How often a hold is renewed within its time. */
const RENEWALS = 3;

/** The hold of a writer on a session, which lasts as long as the writer makes progress. Only the database's clock counts. */
export class Hold implements HoldKey {
  private readonly timer: NodeJS.Timeout;
  private progressed = false;
  private isLost = false;
  private renewing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly database: Database,
    readonly id: UploadId,
    readonly holder: string,
    readonly forMs: number,
    private readonly isBusy: () => boolean,
  ) {
    this.timer = setInterval(() => {
      this.renewIfNeeded();
    }, forMs / RENEWALS).unref();
  }

  /** The number of bytes that the writer has received, acknowledged or not. */
  staged = 0;

  /** Says that the writer is alive. */
  progress(staged: number): void {
    this.staged = staged;
    this.progressed = true;
  }

  /** @throws RegistryError `upload-offset` if another writer is known to have taken the session. @param offset the acknowledged bytes */
  require(offset: number): void {
    if (this.isLost) throw lostHold(offset);
  }

  /** Reserves the number of a part, and renews the hold. @throws RegistryError `upload-offset` */
  async reserve(offset: number): Promise<number> {
    this.progressed = false;
    const number = await renewHold(this.database, this, this.staged, 1);
    if (number === undefined) throw this.lost(offset);
    return number;
  }

  /** Renews the hold now. @throws RegistryError `upload-offset` */
  async renew(offset: number): Promise<void> {
    this.progressed = false;
    if ((await renewHold(this.database, this, this.staged)) === undefined) throw this.lost(offset);
  }

  lost(offset: number): Error {
    this.isLost = true;
    return lostHold(offset);
  }

  /** Ends the renewals. */
  async end(): Promise<void> {
    clearInterval(this.timer);
    await this.renewing;
  }

  private renewIfNeeded(): void {
    if (this.isLost || !(this.progressed || this.isBusy())) return;
    this.progressed = false;
    this.renewing = renewHold(this.database, this, this.staged).then(
      (number) => {
        if (number === undefined) this.isLost = true;
      },
      // Without the database nobody can take the session either; the next statement of the writer reports it.
      () => undefined,
    );
  }
}
