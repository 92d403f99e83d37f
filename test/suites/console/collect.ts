import { until } from '../../support/until.js';
import { type Pusher } from '../../support/push-over-http.js';

/** Runs a collection to its end, so that the figures of all repositories are known. */
export async function collect({ url, headers = {} }: Pusher, withinMs = 5_000): Promise<void> {
  const ask = async (method: string, path: string): Promise<unknown> => {
    const answer = await fetch(`${url}/api/v1/${path}`, { method, headers });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  await ask('POST', 'gc/run');
  await until(async () => {
    const { running, last } = (await ask('GET', 'gc')) as { running: boolean; last?: object };
    return !running && last !== undefined;
  }, withinMs);
}
