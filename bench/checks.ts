import { markdownTable, short } from './table.ts';

/** A figure with a limit. */
export interface Check {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The highest allowed value. */
  readonly limit: number;
}

/** Prints all checks and how many pass. Returns whether all do. */
export function printChecks(checks: readonly Check[]): boolean {
  const holds = ({ value, limit }: Check): boolean => value <= limit;
  const rows = checks.map((check) => [
    check.what,
    `${short(check.value)} ${check.unit}`,
    `${short(check.limit)} ${check.unit}`,
    holds(check) ? 'ok' : 'FAILED',
  ]);
  console.log(markdownTable(['what', 'measured', 'at most', ''], rows));
  const failed = checks.filter((check) => !holds(check)).length;
  console.log(`${checks.length - failed} passed, ${failed} failed`);
  return failed === 0;
}
