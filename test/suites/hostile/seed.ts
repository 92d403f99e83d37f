/** The time limit of a generated suite, on any machine. */
const WITHIN_MS = 20_000;

interface FastCheckOptions {
  readonly seed: number;
  readonly numRuns: number;
  readonly interruptAfterTimeLimit: number;
}

/** Returns options for `fc.assert`. fast-check reports the seed of a failure; `HOSTILE_SEED` reproduces it. */
export function fastCheckOptions(numRuns: number): FastCheckOptions {
  const given = Number(process.env['HOSTILE_SEED']);
  const seed = Number.isSafeInteger(given) ? given : Math.floor(Math.random() * 2 ** 31);
  process.stdout.write(`HOSTILE_SEED=${seed}\n`);
  return { seed, numRuns, interruptAfterTimeLimit: WITHIN_MS };
}
