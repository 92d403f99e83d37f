import { problemOf } from '../../../src/api/client/api-problem.js';
import { REGISTRY_URL } from './client.js';
import { fetchWhole } from './fetch-whole.js';

/** The text of some content, or its beginning. */
export interface ContentText {
  readonly text: string;
  /** The bytes that are not in the text. */
  readonly missingBytes: number;
}

/** Returns the URL from which a browser downloads a manifest or a blob. */
export function contentUrl(repository: string, digest: string): string {
  return `${REGISTRY_URL}/api/v1/repositories/${encodeURIComponent(repository)}/content/${digest}`;
}

/** Reads the beginning of a manifest or a blob as text. @throws ApiProblem @throws NoAnswer */
export async function contentText(
  repository: string,
  digest: string,
  atMost: number,
  signal: AbortSignal,
): Promise<ContentText> {
  const headers = { Range: `bytes=0-${atMost - 1}` };
  const response = await fetchWhole(
    new Request(contentUrl(repository, digest), { headers, signal }),
  );
  // Nothing lies within a range of an empty blob.
  if (response.status === 416) return { text: '', missingBytes: 0 };
  if (!response.ok) throw problemOf(response, await response.json().catch(() => undefined));
  const bytes = await response.arrayBuffer();
  const total = /\/(\d+)$/.exec(response.headers.get('Content-Range') ?? '')?.[1];
  const size = total === undefined ? bytes.byteLength : Number(total);
  return { text: new TextDecoder().decode(bytes), missingBytes: size - bytes.byteLength };
}
