/** One check. `run` throws if it fails, and returns a remark. */
export interface Check {
  readonly name: string;
  readonly run: () => Promise<string>;
}

export interface Score {
  readonly passed: number;
  readonly failed: number;
}

/** Runs the checks one after the other, so that they do not compete for the CPU, and prints each. */
export async function perform(checks: readonly Check[]): Promise<Score> {
  let passed = 0;
  for (const { name, run } of checks) {
    const begin = performance.now();
    const outcome = await run().then(
      (told) => ({ ok: true, told }),
      (error: unknown) => ({
        ok: false,
        told: error instanceof Error ? error.message : String(error),
      }),
    );
    if (outcome.ok) passed += 1;
    const seconds = ((performance.now() - begin) / 1000).toFixed(1);
    console.log(`${outcome.ok ? 'ok' : 'NOT OK'}  ${name} (${seconds} s)`);
    if (outcome.told !== '') console.log(`    ${outcome.told.trim().replaceAll('\n', '\n    ')}`);
  }
  return { passed, failed: checks.length - passed };
}
