import { describe, expect, it } from '@jest/globals';

import { NoTagList, TagScanner } from '../../../src/client/tag-scanner.js';

/** Reads a text in parts of this many characters. */
function scan(text: string, length = text.length): readonly string[] {
  const scanner = new TagScanner();
  for (let at = 0; at < text.length; at += length) scanner.push(text.slice(at, at + length));
  scanner.end();
  return scanner.tags;
}

describe('a list of tags that comes in parts', () => {
  const text = JSON.stringify({
    child: ['no', { tags: ['no'] }],
    name: 'a "quoted" \\ name',
    count: -1.5e3,
    isOld: true,
    manifest: { 'sha256:1': { tag: ['no'], tags: ['no'], 'a}]"': null } },
    tags: ['1.0', 'latest', 'not a tag', 'Ünicode', '_x'],
    after: 'tags',
    next: ['no'],
  });

  it('has the same tags wherever it is cut', () => {
    for (let length = 1; length <= text.length; length++) {
      expect(scan(text, length)).toEqual(['1.0', 'latest', '_x']);
    }
    expect(scan(JSON.stringify(JSON.parse(text), null, 2), 7)).toEqual(['1.0', 'latest', '_x']);
    expect(scan('{"t\\u0061gs":["\\u0061","b"]}', 3)).toEqual(['a', 'b']);
  });

  it.each(['{}', '{"tags":null}', '{"tags":[]}', ' {"name":"tags"}\n'])(
    'is empty if it is %s',
    (empty) => {
      expect(scan(empty, 2)).toEqual([]);
    },
  );

  it.each([
    '',
    'null',
    'no JSON',
    '"tags"',
    '[]',
    '[{"tags":[]}]',
    '{"tags":[1]}',
    '{"tags":[null]}',
    '{"tags":["a"',
    '{"tags":["a"]',
    '{"tags":["a]}',
    '{"tags":[["a"]]}',
    '{"tags":{"a":1}}',
    '{"tags":"a"}',
    '{"tags":1}',
    '{"tags":[]}{"tags":["a"]}',
    '{"tags":["\\x"]}',
    '{tags:["a"]}',
  ])('is refused if it is %s', (wrong) => {
    expect(() => scan(wrong)).toThrow(NoTagList);
    expect(() => scan(wrong, 1)).toThrow(NoTagList);
  });

  it('is refused if a text in it has no end', () => {
    const scanner = new TagScanner();
    const push = (): void => {
      for (let part = 0; part < 100; part++) scanner.push('x'.repeat(1_000));
    };
    scanner.push('{"name":"');

    expect(push).toThrow(NoTagList);
  });
});
