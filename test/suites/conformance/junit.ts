/** The report of the official suite about one run. Its exit code is not enough: it is 0 after skips, too. */
export interface Report {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
  readonly disabled: number;
  readonly failed: readonly FailedCase[];
}

export interface FailedCase {
  readonly name: string;
  readonly status: string;
  readonly message: string;
}

/**
 * Parses the junit.xml of the conformance tool.
 *
 * Go's encoder uses double quotes, and escapes every `<`, `>`, `&` and quote inside a value, so
 * patterns parse it reliably.
 *
 * The figures are those of `<testsuite>`, which always has tests, failures and errors, and omits
 * skipped and disabled if they are 0. They count results, of which a test case may have several.
 */
export function parseReport(xml: string): Report {
  const suite = /<testsuite ([^>]*)>/.exec(xml)?.[1];
  if (suite === undefined) throw new Error('junit.xml has no <testsuite>');
  if (!xml.trimEnd().endsWith('</testsuites>')) throw new Error('junit.xml is cut off');
  return {
    tests: count(suite, 'tests'),
    failures: count(suite, 'failures'),
    errors: count(suite, 'errors'),
    skipped: count(suite, 'skipped', 0),
    disabled: count(suite, 'disabled', 0),
    failed: failedCases(xml),
  };
}

function count(attributes: string, name: string, whereAbsent?: number): number {
  const value = attribute(attributes, name);
  if (value === undefined && whereAbsent !== undefined) return whereAbsent;
  if (value === undefined || !/^\d+$/.test(value)) {
    throw new Error(`junit.xml has no count of ${name}`);
  }
  return Number(value);
}

/**
 * Returns every case with a message.
 *
 * The status alone hides skips: a case that was skipped in one step and passed in a later one is
 * reported as passed, and a disabled case as skipped.
 */
function failedCases(xml: string): FailedCase[] {
  const cases = xml.matchAll(/<testcase ([^>]*)>([\s\S]*?)<\/testcase>/g);
  return [...cases]
    .map(([, attributes = '', content = '']) => ({
      name: attribute(attributes, 'name') ?? '(without a name)',
      status: attribute(attributes, 'status') ?? '(without a status)',
      message: element(content, 'system-out') ?? reasonOfSkip(content) ?? '',
    }))
    .filter(({ status, message }) => status === 'failure' || status === 'error' || message !== '');
}

function reasonOfSkip(content: string): string | undefined {
  const reason = /skipping test:\n *(.*)/.exec(element(content, 'system-err') ?? '')?.[1];
  return reason?.endsWith('is disabled in the configuration') ? undefined : reason;
}

function element(content: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(content)?.[1];
  return text === undefined ? undefined : unescape(text);
}

function attribute(attributes: string, name: string): string | undefined {
  const value = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1];
  return value === undefined ? undefined : unescape(value);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

function unescape(text: string): string {
  return text.replace(/&(?:#x([0-9A-Fa-f]+)|#(\d+)|(\w+));/g, (whole, hex, decimal, name) => {
    if (hex !== undefined) return String.fromCodePoint(parseInt(String(hex), 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return ENTITIES[String(name)] ?? whole;
  });
}
