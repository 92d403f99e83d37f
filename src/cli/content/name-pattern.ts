/** Returns a test for names: `*` stands for any text within a part between slashes, `**` for any text, `?` for one character. */
export function namePattern(pattern: string): (name: string) => boolean {
  const parts = pattern.split(/(\*\*|\*|\?)/).map((part) => {
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    return part === '?' ? '[^/]' : part.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  });
  const whole = new RegExp(`^${parts.join('')}$`);
  return (name) => whole.test(name);
}

/** Returns a test for names that match one of the patterns. Without patterns, all do. */
export function anyPattern(patterns: readonly string[]): (name: string) => boolean {
  if (patterns.length === 0) return () => true;
  const tests = patterns.map(namePattern);
  return (name) => tests.some((test) => test(name));
}
