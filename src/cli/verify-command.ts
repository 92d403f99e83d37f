import { type Settings } from '../config/settings.js';
import { type Verified } from '../storage/ports/verifier.js';
import { formatBytes } from '../log/format-bytes.js';
import { withStorage } from './open-offline.js';
import { PlainFailure } from './plain-failure.js';

/** How often the progress is redrawn, in milliseconds. */
const DRAW_EVERY_MS = 200;
const BAR_WIDTH = 30;

/**
 * `berth verify`: reads all stored content and prints what is damaged. With `quarantine`, moves it
 * aside.
 *
 * @throws PlainFailure when damaged content is left in its place
 */
export function verify(
  settings: Settings,
  quarantine: boolean,
  print: (line: string) => void,
): Promise<void> {
  return withStorage(settings, async ({ verifier }) => {
    if (verifier === undefined) throw new PlainFailure('this storage cannot be verified');
    const progress = new Progress(await verifier.total());
    let [verifiedCount, damaged] = [0, 0];
    for await (const verified of verifier.verify()) {
      verifiedCount++;
      progress.advance(verified.read);
      if (verified.whole) continue;
      damaged++;
      if (quarantine) await verifier.quarantine(verified);
      progress.clear();
      print(`damaged${quarantine ? ', moved aside' : ''}: ${nameOf(verified)}`);
    }
    progress.clear();
    const bytes = formatBytes(progress.done);
    print(`verified ${verifiedCount} blobs and manifests, ${bytes}: ${damaged} damaged`);
    if (damaged > 0 && !quarantine) {
      throw new PlainFailure(
        'berth verify --quarantine moves them aside; a push of the same content repairs them',
      );
    }
  });
}

function nameOf({ repository, kind, digest }: Verified): string {
  return `${kind === 'blobs' ? 'blob' : 'manifest'} ${digest} of ${repository ?? 'no repository'}`;
}

/** A progress bar on the terminal. Prints nothing when stderr is not a terminal. */
class Progress {
  done = 0;
  private drawnAt = 0;

  constructor(private readonly total: number) {}

  advance(bytes: number): void {
    this.done += bytes;
    if (!process.stderr.isTTY || Date.now() - this.drawnAt < DRAW_EVERY_MS) return;
    this.drawnAt = Date.now();
    const part = this.total === 0 ? 1 : Math.min(1, this.done / this.total);
    const bar = '█'.repeat(Math.round(part * BAR_WIDTH)).padEnd(BAR_WIDTH, '·');
    const text = `${bar} ${(part * 100).toFixed(0)} % of ${formatBytes(this.total)}`;
    process.stderr.write(`\r${text}\x1b[K`);
  }

  clear(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  }
}
