import { failed, type Finding, type Thing } from './findings.ts';

/** Looks at one thing, and answers what is amiss with it. */
export type Check = () => Promise<Finding | undefined>;

const AT_ONCE = 8;

/** Does all checks, some at a time, and answers what they found. */
export async function runAll(checks: readonly Check[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const waiting = checks.values();
  const worker = async (): Promise<void> => {
    // The workers share one iterator: each takes the next check that nobody has taken.
    for (const check of waiting) {
      const finding = await check();
      if (finding !== undefined) findings.push(finding);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return findings;
}

/** A check that counts its own failure as a finding. */
export function orFailed(thing: Thing, name: string, check: Check): Check {
  return () => check().catch((error: unknown) => failed(thing, name, error));
}
