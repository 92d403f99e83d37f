/** One thing to prove. A group of checks runs in order: a later one builds on what an earlier one did. */
export interface Check {
  readonly name: string;
  /** Throws where it does not hold; what it returns is printed behind its name. */
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
