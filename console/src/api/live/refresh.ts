import { useEffect } from 'react';

import { queryClient } from '../queries.js';
import { onLive, startLive } from './live.js';
import { isTouched, type Happened } from './touched.js';

/** Events of one push come together, and one answer shows all of them. In milliseconds. */
const GATHER_MS = 300;

/** The first words of answers with figures. */
const FIGURES: readonly unknown[] = ['repositories', 'storage'];

/** Figures of repositories are counted again a moment after an event. In milliseconds. */
const SETTLE_MS = 1_500;

/** Keeps what the pages show current: an answer that an event may have changed is asked for again. */
export function useLiveRefresh(isAllowed: boolean): void {
  useEffect(() => {
    if (!isAllowed) return undefined;
    const refresh = new Refresh();
    const end = onLive((message) => {
      if (message.kind === 'missed') void queryClient.invalidateQueries();
      else if (message.kind === 'state' && message.state === 'open') askAgain();
      else if (message.kind === 'event' && 'id' in message.event) refresh.note(message.event);
    });
    const leave = startLive();
    return () => {
      leave();
      end();
      refresh.end();
    };
  }, [isAllowed]);
}

/** Asks again for what could not be loaded, because the connection is back. */
function askAgain(): void {
  void queryClient.refetchQueries({
    type: 'active',
    predicate: ({ state }) => state.status === 'error',
  });
}

/** Gathers events, and asks for the answers that they touch. */
class Refresh {
  private events: Happened[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  note({ type, repository }: Happened): void {
    this.events.push({ type, ...(repository !== undefined && { repository }) });
    this.timer ??= setTimeout(() => void this.run(), GATHER_MS);
  }

  end(): void {
    clearTimeout(this.timer);
  }

  private async run(): Promise<void> {
    const { events } = this;
    this.events = [];
    const predicate = ({ queryKey }: { readonly queryKey: readonly unknown[] }): boolean =>
      isTouched(queryKey, events);
    await queryClient.invalidateQueries({ predicate });
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    await queryClient.invalidateQueries({
      predicate: (query) => FIGURES.includes(query.queryKey[0]) && predicate(query),
    });
    this.timer = undefined;
    if (this.events.length > 0) this.timer = setTimeout(() => void this.run(), GATHER_MS);
  }
}
