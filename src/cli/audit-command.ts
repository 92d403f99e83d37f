import { type Settings } from '../config/settings.js';
import { formatBytes } from '../log/format-bytes.js';
import { type UnnamedObject } from '../storage/ports/verifier.js';
import { withStorage } from './open-offline.js';
import { PlainFailure } from './plain-failure.js';

/**
 * `berth verify --bucket`: prints the objects that the database does not name, and the blobs whose objects are missing. With `discard`,
 * has the former deleted after their grace period.
 *
 * @throws PlainFailure if a blob has no object, or unnamed objects are left
 */
export function auditBucket(
  settings: Settings,
  discard: boolean,
  print: (line: string) => void,
): Promise<void> {
  return withStorage(settings, async ({ verifier }) => {
    if (verifier?.audit === undefined) throw new PlainFailure('this storage has no object store');
    const unnamed: UnnamedObject[] = [];
    let missing = 0;
    for await (const finding of verifier.audit()) {
      if (finding.kind === 'unnamed') {
        unnamed.push(finding);
        print(`unnamed: object ${finding.object}, ${formatBytes(finding.size)}`);
      } else {
        missing++;
        print(`missing: the object of blob ${finding.digest}, ${formatBytes(finding.size)}`);
      }
    }
    print(`${unnamed.length} unnamed objects, ${missing} missing objects`);
    if (discard) await discardAll(unnamed, (found) => verifier.discard?.(found), print);
    report(discard ? 0 : unnamed.length, missing);
  });
}

async function discardAll(
  unnamed: readonly UnnamedObject[],
  discard: (found: readonly UnnamedObject[]) => Promise<void> | undefined,
  print: (line: string) => void,
): Promise<void> {
  try {
    await discard(unnamed);
  } catch (error) {
    throw new PlainFailure(error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
  print('the unnamed objects are deleted after REGISTRY_OBJECT_GRACE');
}

function report(unnamed: number, missing: number): void {
  if (missing > 0) {
    throw new PlainFailure(
      'push the content of missing objects again: berth verify --quarantine makes clients do so',
    );
  }
  if (unnamed > 0) throw new PlainFailure('berth verify --bucket --discard deletes them');
}
