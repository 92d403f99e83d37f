import { describe, expect, it } from '@jest/globals';

import { type LogRecord } from '../../../src/log/log-record.js';
import { Log } from '../../../src/log/log.js';
import { ProcessLog, type LogFormat } from '../../../src/log/process-log.js';

/** A log whose lines are kept. */
function openLog(settings: LogFormat): { log: ProcessLog; lines: string[] } {
  const lines: string[] = [];
  const log = new ProcessLog(settings, { write: (text) => lines.push(text) });
  return { log, lines };
}

const RECORD: LogRecord = {
  message: 'pushed team/app:1.0',
  text: 'pushed team/app:1.0  65.5 MiB',
  fields: { repository: 'team/app', reference: '1.0', who: undefined, status: 201 },
};

/** Line breaks, quotes, 8-bit control characters and characters that reverse the direction of text. */
const NASTY = 'a\n"b"\\ \r\u001b[31m\u0085\u009b\u2028\u202e\u2066\u007f\u0000é\ud800';

describe.each(['text', 'json'] as const)('a log in the format %s', (format) => {
  it('writes the lines of its level and above', () => {
    const { log, lines } = openLog({ format, level: 'warn' });
    log.error('one', 'Part');
    log.fatal('two', 'Part');
    log.warn('three', 'Part');
    log.log('four', 'Part');
    log.debug('five', 'Part');
    log.verbose('six', 'Part');
    log.record('info', 'Part', RECORD);
    expect(lines).toHaveLength(3);
    expect(log.isLevelEnabled('warn')).toBe(true);
    expect(log.isLevelEnabled('info')).toBe(false);
  });

  it('writes what an operator must know at every level', () => {
    const { log, lines } = openLog({ format, level: 'error' });
    log.announce('Server', 'Berth serves');
    expect(lines).toEqual([expect.stringContaining('Berth serves')]);
  });

  it('writes one line without control characters for a text of a client', () => {
    const { log, lines } = openLog({ format, level: 'debug' });
    log.record('debug', 'Requests', { message: NASTY, fields: { agent: NASTY, reason: NASTY } });
    expect(lines).toHaveLength(1);

    expect(lines[0]).toMatch(/^[^\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+\n$/);
  });

  it('hides a failed listen, which is also thrown', () => {
    const { log, lines } = openLog({ format, level: 'info' });
    log.error('listen EADDRINUSE', 'stack', '_NestApplication');
    expect(lines).toEqual([]);
  });
});

describe('a line for people', () => {
  it('has time, level, part and the whole text', () => {
    const { log, lines } = openLog({ format: 'text', level: 'info' });
    log.record('info', 'Activity', RECORD);
    expect(lines[0]).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z {2}INFO \[Activity\] pushed team\/app:1\.0 {2}65\.5 MiB\n$/,
    );
  });

  it('has a stack below it, whose lines are indented', () => {
    const { log, lines } = openLog({ format: 'text', level: 'info' });
    log.error('failed', 'Error: x\n2026-01-01 INFO [Activity] forged', 'Registry');
    expect(lines[0]?.split('\n').slice(1)).toEqual([
      '    Error: x',
      '    2026-01-01 INFO [Activity] forged',
      '',
    ]);
  });

  it('has a coloured level on a terminal only', () => {
    const plain = openLog({ format: 'text', level: 'info' });
    const colored = openLog({ format: 'text', level: 'info', colors: true });
    for (const { log } of [plain, colored]) log.log('x', 'Part');
    expect(plain.lines[0]).not.toContain('\u001b[');
    expect(colored.lines[0]).toContain('\u001b[32m INFO\u001b[39m');
  });
});

describe('a line of JSON', () => {
  it('has the fields that exist', () => {
    const { log, lines } = openLog({ format: 'json', level: 'info' });
    log.record('info', 'Activity', RECORD);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      part: 'Activity',
      repository: 'team/app',
      reference: '1.0',
      status: 201,
      msg: 'pushed team/app:1.0',
    });
  });

  it('keeps a text of a client as it is, apart from half a surrogate pair', () => {
    const { log, lines } = openLog({ format: 'json', level: 'info' });
    const text = NASTY.slice(0, -1);
    log.record('info', 'Activity', { message: text, fields: { agent: text } });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: text, agent: text });
  });

  it('has the stack of an error in a field', () => {
    const { log, lines } = openLog({ format: 'json', level: 'info' });
    new Log(log).of('Registry').error('GET /v2/', 'Error: x\n    at y', { request: 'a1' });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'error',
      part: 'Registry',
      msg: 'GET /v2/',
      stack: 'Error: x\n    at y',
      request: 'a1',
    });
  });
});

describe('a log of a host program', () => {
  it('gets the line for people', () => {
    const lines: unknown[] = [];
    const write = (...all: unknown[]): void => void lines.push(all);
    const log = new Log({ log: write, error: write, warn: write });
    log.record('info', 'Activity', RECORD);
    log.record('debug', 'Activity', RECORD);
    expect(lines).toEqual([['pushed team/app:1.0  65.5 MiB', 'Activity']]);
  });
});
