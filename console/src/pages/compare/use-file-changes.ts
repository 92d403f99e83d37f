import { api, problemOf } from '../../api/client.js';
import { linesOf } from '../../api/lines.js';
import { useRun, type Run, type RunState } from '../../api/use-run.js';
import { type ComparedImages } from '../../parts/places.js';
import { queryOf } from './chosen-images.js';
import { type FileChange, type FilesLine, type ReadLayers } from './file-changes.js';

/** The state of a comparison of files. */
export interface FilesState extends RunState {
  readonly changes: readonly FileChange[];
  readonly read?: ReadLayers;
  readonly error?: Error;
}

export type FileChanges = Run<FilesState>;

/** Lines come faster than a page can be drawn. In milliseconds. */
const DRAW_EVERY_MS = 100;

/** Compares the files of two images on demand. It ends when the page is left. */
export function useFileChanges(chosen: ComparedImages): FileChanges {
  return useRun<FilesState>({ step: 'none', changes: [] }, (signal, show) =>
    read(chosen, signal, show),
  );
}

async function read(
  chosen: ComparedImages,
  signal: AbortSignal,
  show: (state: FilesState) => void,
): Promise<void> {
  const changes: FileChange[] = [];
  let drawn = 0;
  try {
    for await (const line of linesOf<FilesLine>(await open(chosen, signal))) {
      if ('failed' in line) throw new Error(line.failed);
      if ('progress' in line) show({ step: 'running', changes: [], read: line.progress });
      else changes.push(line);
      if (performance.now() - drawn < DRAW_EVERY_MS || changes.length === 0) continue;
      drawn = performance.now();
      show({ step: 'running', changes: [...changes] });
    }
    show({ step: 'done', changes });
  } catch (error) {
    show({
      step: 'failed',
      changes,
      error: error instanceof Error ? error : new Error(String(error)),
    });
  }
}

async function open(
  chosen: ComparedImages,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const { data, error, response } = await api.GET('/api/v1/repositories/{name}/compare/files', {
    params: {
      path: { name: chosen.repository },
      query: { ...queryOf(chosen), progress: 'true' as const },
    },
    parseAs: 'stream',
    signal,
  });
  if (!response.ok) throw problemOf(response, error);
  return data as ReadableStream<Uint8Array>;
}
