/** One check. The checks of a group run in order, because a later one uses the results of an earlier one. */
export interface Check {
  readonly name: string;
  /** Throws if the check fails. A returned text is printed after the name. */
  readonly run: () => Promise<string | undefined> | Promise<void>;
}

export interface Tally {
  passed: number;
  failed: number;
}

export async function perform(checks: readonly Check[], tally: Tally): Promise<void> {
  for (const { name, run } of checks) {
    const start = performance.now();
    try {
      const remark = await run();
      tally.passed += 1;
      console.log(`ok    ${name}${remark ? `: ${remark}` : ''} (${secondsSince(start)})`);
    } catch (error) {
      tally.failed += 1;
      const message = error instanceof Error ? error.message : String(error);
      console.log(
        `FAIL  ${name} (${secondsSince(start)})\n      ${message.replaceAll('\n', '\n      ')}`,
      );
    }
  }
}

function secondsSince(start: number): string {
  return `${((performance.now() - start) / 1_000).toFixed(1)} s`;
}
