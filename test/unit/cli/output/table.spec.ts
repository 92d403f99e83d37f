import { describe, expect, it } from '@jest/globals';

import { Output, shortDigest } from '../../../../src/cli/output/output.js';
import { renderTable } from '../../../../src/cli/output/table.js';

const COLUMNS = [
  { title: 'NAME' },
  { title: 'SIZE', right: true },
  { title: 'COMMAND', shrinks: true },
] as const;

describe('a table', () => {
  it('aligns names on the left and numbers on the right, without spaces at the end', () => {
    const rows = [
      ['app', '1.5 MiB', 'a'],
      ['library', '9 B', ''],
    ];
    expect(renderTable(COLUMNS, rows, 80)).toEqual({
      lines: ['NAME        SIZE  COMMAND', 'app      1.5 MiB  a', 'library      9 B'],
      shortened: false,
    });
  });

  it('shortens only the columns that can be shortened, and says so', () => {
    const rows = [['a'.repeat(20), '1 B', 'b'.repeat(60)]];
    const { lines, shortened } = renderTable(COLUMNS, rows, 40);
    expect(lines[1]).toBe(`${'a'.repeat(20)}   1 B  ${'b'.repeat(11)}…`);
    expect(lines[1]).toHaveLength(40);
    expect(shortened).toBe(true);
  });

  it('is wider than the screen rather than without a name', () => {
    const { lines } = renderTable(COLUMNS, [['a'.repeat(100), '1 B', 'b'.repeat(60)]], 80);
    expect(lines[1]).toContain('a'.repeat(100));
    expect(lines).toHaveLength(2);
  });

  it('counts a character outside the basic plane once', () => {
    const { lines } = renderTable(COLUMNS, [['🐋', '1 B', 'x']], 80);
    expect(lines).toEqual(['NAME  SIZE  COMMAND', '🐋      1 B  x']);
  });
});

describe('the output', () => {
  const printed = (columns: number | undefined, work: (output: Output) => void) => {
    const lines: string[] = [];
    const notes: string[] = [];
    const print = (line: string) => void lines.push(line);
    const printError = (line: string) => void notes.push(line);
    work(new Output({ print, printError, columns }, Date.parse('2026-11-29T12:00:00Z')));
    return { lines, notes };
  };

  it.each([
    ['2026-11-29T12:00:04Z', 'just now'],
    ['2026-11-29T11:59:18Z', '42 s ago'],
    ['2026-11-29T11:01:00Z', '59 min ago'],
    ['2026-11-29T09:00:00Z', '3 h ago'],
    ['2026-11-01T12:00:00Z', '28 d ago'],
    ['2026-01-02T03:04:05Z', '2026-01-02'],
  ])('says how long ago %s is in a terminal, and the time through a pipe', (time, ago) => {
    expect(printed(80, (output) => output.line(output.time(time))).lines).toEqual([ago]);
    const { lines } = printed(undefined, (output) => output.line(output.time(time)));
    expect(lines).toEqual([`${time.slice(0, 16)}Z`]);
  });

  it('lets no control character of a server reach the terminal', () => {
    const evil = 'a\u001b[31m\u009b2Jb\r\n\u202ec';
    const { lines } = printed(80, (output) => {
      output.line(evil);
      output.facts([['env', evil]]);
      output.table([{ title: 'NAME' }], [[evil]], '');
      output.jsonLine({ evil });
    });
    expect(lines.filter((line) => /[\p{Cc}\p{Cf}]/u.test(line))).toEqual([]);
    expect(lines[0]).toBe('a?[31m?2Jb???c');
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ evil });
  });

  it('says on the standard error that there is nothing, or that a cell was shortened', () => {
    const columns = [{ title: 'COMMAND', shrinks: true }] as const;
    const empty = printed(80, (output) => output.table(columns, [], 'There is nothing.'));
    expect(empty).toEqual({ lines: [], notes: ['There is nothing.'] });
    const { notes } = printed(80, (output) => output.table(columns, [['x'.repeat(99)]], ''));
    expect(notes).toEqual(['A cell that ends with … was shortened; --json shows all of it.']);
  });

  it('shows the beginning of a digest, and its algorithm unless it is sha256', () => {
    expect(shortDigest(`sha256:${'ab'.repeat(32)}`)).toBe('abababababab');
    expect(shortDigest(`sha512:${'ab'.repeat(64)}`)).toBe('sha512:abababababab');
  });
});
