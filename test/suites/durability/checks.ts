import { failed, type Finding, type Thing } from './findings.ts';

/** Checks one thing, and resolves to what is wrong with it. */
export type Check = () => Promise<Finding | undefined>;

const AT_ONCE = 8;

/** Runs all checks, several at a time, and returns the findings. */
export async function runAll(checks: readonly Check[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const waiting = checks.values();
  const worker = async (): Promise<void> => {
    // The workers share one iterator: each takes the next free check.
    for (const check of waiting) {
      const finding = await check();
      if (finding !== undefined) findings.push(finding);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return findings;
}

/** Returns a check that reports its own failure as a finding. */
export function orFailed(thing: Thing, name: string, check: Check): Check {
  return () => check().catch((error: unknown) => failed(thing, name, error));
}
