/** A message of server-sent events. */
export interface StreamMessage {
  readonly id: string | undefined;
  /** `undefined` for ordinary messages. */
  readonly name: string | undefined;
  readonly data: string;
}

/** Yields the messages of a stream of server-sent events until it ends, is cut, or is silent. A message that was cut is left out. */
export async function* messagesOf(
  body: ReadableStream<Uint8Array>,
  silentMs = Infinity,
): AsyncGenerator<StreamMessage, void, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const chunk = await within(silentMs, reader.read()).catch(() => undefined);
      if (chunk === undefined || chunk.done) return;
      const blocks = `${rest}${decoder.decode(chunk.value, { stream: true })}`.split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const message = messageIn(block);
        if (message !== undefined) yield message;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Resolves to what `work` does, or to `undefined` after a time in milliseconds. */
async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  if (ms === Infinity) return work;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Reads a block of lines. Returns `undefined` for one without data, such as a comment. */
function messageIn(block: string): StreamMessage | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const at = line.indexOf(':');
    if (at <= 0) continue;
    const [name, value] = [line.slice(0, at), line.slice(at + 1).replace(/^ /, '')];
    const before = name === 'data' ? fields.get(name) : undefined;
    fields.set(name, before === undefined ? value : `${before}\n${value}`);
  }
  const data = fields.get('data');
  return data === undefined ? undefined : { id: fields.get('id'), name: fields.get('event'), data };
}
