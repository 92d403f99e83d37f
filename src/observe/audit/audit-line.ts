import { safeJson } from '../../log/safe-text.js';

/** Returns a record as one line of JSON, with its time. */
export function auditLine(record: object): string {
  const json = JSON.stringify({ time: new Date().toISOString(), ...record });
  return `${safeJson(json)}\n`;
}
