import { distinct, tally, type Finding } from './findings.ts';
import type { Round } from './rounds.ts';

/** One kind of rounds. Each round is a check; the whole control is one check. */
export interface Part {
  readonly title: string;
  readonly rounds: readonly Round[];
  readonly passed: number;
  readonly failed: number;
}

const SHOWN_FINDINGS = 10;
const SHOWN_OUTPUT = 4_000;

/** Prints the figures of a round, and the findings that are not `wanted`. */
export function printRound(
  title: string,
  round: Round,
  wanted: (finding: Finding) => boolean = () => false,
): void {
  const { acknowledged, readBack, findings, seconds, output } = round;
  const others = tally('failed', findings);
  console.log(
    `${title}: ${acknowledged} images acknowledged, ${readBack} read back; ` +
      `lost: ${tally('lost', findings)}, corrupt: ${tally('corrupt', findings)}` +
      `${others === '0' ? '' : `, failed: ${others}`} (${seconds.toFixed(1)} s)`,
  );
  printFindings(
    findings.filter((finding) => !wanted(finding)),
    output,
  );
}

function printFindings(findings: readonly Finding[], output: string): void {
  if (findings.length === 0) return;
  for (const { kind, thing, name, detail } of findings.slice(0, SHOWN_FINDINGS)) {
    console.log(`    ${kind}: ${thing} ${name}: ${detail}`);
  }
  if (findings.length > SHOWN_FINDINGS) {
    console.log(`    and ${findings.length - SHOWN_FINDINGS} more`);
  }
  const last = output.slice(-SHOWN_OUTPUT).trim();
  if (last !== '') console.log(`    the server's last lines:\n${last}`);
}

/** Prints the totals. Returns whether nothing failed. */
export function printSummary(parts: readonly Part[]): boolean {
  const row = ({ title, rounds, passed, failed }: Part): [string, Record<string, unknown>] => {
    // Content that is lost once is missing in all later rounds.
    const findings = distinct(rounds.flatMap((round) => round.findings));
    const figures = {
      rounds: rounds.length,
      acknowledged: rounds.reduce((sum, round) => sum + round.acknowledged, 0),
      lost: tally('lost', findings),
      corrupt: tally('corrupt', findings),
      seconds: Math.round(rounds.reduce((sum, { seconds }) => sum + seconds, 0)),
      verdict: failed === 0 ? 'ok' : 'NOT OK',
    };
    return [title, { ...figures, ...(passed + failed === 0 && { verdict: 'left out' }) }];
  };
  console.table(Object.fromEntries(parts.map(row)));
  const passed = parts.reduce((sum, part) => sum + part.passed, 0);
  const failed = parts.reduce((sum, part) => sum + part.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
}
