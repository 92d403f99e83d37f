import { describe, expect, it } from '@jest/globals';

import { RegistryError } from '../../../src/domain/errors.js';
import { atMost, exactly } from '../../../src/domain/streams.js';

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(Buffer.from(text));
}

/** Returns what `source` yields as one text, and the kind of the error that ended it. */
async function passed(source: AsyncIterable<Uint8Array>): Promise<{ text: string; kind?: string }> {
  let text = '';
  try {
    for await (const chunk of source) text += Buffer.from(chunk).toString();
  } catch (error) {
    return { text, kind: (error as RegistryError).kind };
  }
  return { text };
}

describe('atMost', () => {
  const tooLarge = (): RegistryError => new RegistryError('upload-too-large', 'too large');

  it('passes on a stream with at most the given number of bytes', async () => {
    expect(await passed(atMost(chunks('ab', 'cd'), 4, tooLarge))).toEqual({ text: 'abcd' });
    expect(await passed(atMost(chunks(), 4, tooLarge))).toEqual({ text: '' });
  });

  it('throws for a longer stream, and passes on only the given number of bytes', async () => {
    const cut = { text: 'abc', kind: 'upload-too-large' };

    expect(await passed(atMost(chunks('ab', 'cd'), 3, tooLarge))).toEqual(cut);
  });
});

describe('exactly', () => {
  it('passes on a stream with exactly the given number of bytes', async () => {
    expect(await passed(exactly(chunks('ab', 'cd'), 4))).toEqual({ text: 'abcd' });
  });

  it.each([3, 5])('throws size-invalid for 4 bytes if %d were announced', async (length) => {
    const { text, kind } = await passed(exactly(chunks('ab', 'cd'), length));

    expect(text).toBe('abcd'.slice(0, length));
    expect(kind).toBe('size-invalid');
  });
});
