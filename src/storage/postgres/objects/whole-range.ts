/** Passes on the bytes of an object. @throws Error at the end if there were fewer than `length` */
export async function* wholeRange(
  bytes: AsyncIterable<Uint8Array>,
  length: number,
): AsyncIterable<Uint8Array> {
  let read = 0;
  for await (const chunk of bytes) {
    read += chunk.byteLength;
    yield chunk;
  }
  if (read < length) throw new Error(`an object ended after ${read} of ${length} bytes`);
}
