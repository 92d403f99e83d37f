import { type JSX } from 'react';

import { bytesText, countText } from './format.js';

/** Shows a size, with the exact number of bytes on demand. A page says once that sizes are compressed ones. */
export function Bytes({ bytes }: { bytes: number | undefined }): JSX.Element {
  if (bytes === undefined) return <span>–</span>;
  return <span title={`${countText(bytes)} bytes`}>{bytesText(bytes)}</span>;
}
