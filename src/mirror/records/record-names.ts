import { createHash } from 'node:crypto';

/** Returns the name of the record that a mirror has in the storage. The name of a mirror has dots, which a record's cannot have. */
export function recordOf(mirror: string): string {
  return createHash('sha256').update(mirror).digest('hex').slice(0, 32);
}

/** Returns the name of the record with the bytes of a mirror. */
export function sizeRecordOf(mirror: string): string {
  return `${recordOf(mirror)}-size`;
}

/** Returns the name of the record with the last run that fetched the images of a mirror before they were needed. */
export function warmRecordOf(mirror: string): string {
  return `${recordOf(mirror)}-warm`;
}
