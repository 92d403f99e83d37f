import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { freePort, PROJECT_ROOT } from '../../support/server-process.js';
import { until } from '../../support/until.js';

const BIN = join(PROJECT_ROOT, '.tools/prometheus/usr/bin');

/** Runs promtool, with `input` as its standard input. Resolves to its output. @throws Error if it finds anything wrong */
export async function promtool(args: readonly string[], input = ''): Promise<string> {
  const running = promisify(execFile)(join(BIN, 'promtool'), args);
  running.child.stdin?.end(input);
  const { stdout, stderr } = await running;
  return stdout + stderr;
}

/** A Prometheus that scrapes one address every second. */
export class Prometheus implements AsyncDisposable {
  private constructor(
    private readonly url: string,
    private readonly end: () => Promise<void>,
  ) {}

  static async scraping(address: string): Promise<Prometheus> {
    const folder = await mkdtemp(join(tmpdir(), 'berth-prometheus-'));
    const config = join(folder, 'prometheus.yml');
    const job = { job_name: 'berth', static_configs: [{ targets: [address] }] };
    await writeFile(
      config,
      JSON.stringify({ global: { scrape_interval: '1s' }, scrape_configs: [job] }),
    );
    const listen = `127.0.0.1:${await freePort()}`;
    const child = spawn(
      join(BIN, 'prometheus'),
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=${listen}`,
      ],
      { stdio: 'ignore' },
    );
    const prometheus = new Prometheus(`http://${listen}`, async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    });
    await until(() => prometheus.isReady());
    return prometheus;
  }

  /** Resolves to the number of series that an expression has now. @throws Error with the reason if it is invalid */
  async seriesOf(expression: string): Promise<number> {
    const query = new URLSearchParams({ query: expression });
    const response = await fetch(`${this.url}/api/v1/query?${query.toString()}`);
    const body = (await response.json()) as { error?: string; data?: { result: unknown[] } };
    if (body.data === undefined) throw new Error(`${expression}: ${body.error}`);
    return body.data.result.length;
  }

  /** Resolves to the health of the scraped address: `up`, or `down` with the reason. */
  async target(): Promise<string> {
    const response = await fetch(`${this.url}/api/v1/targets`);
    const { data } = (await response.json()) as {
      data: { activeTargets: { health: string; lastError: string }[] };
    };
    const [target] = data.activeTargets;
    return `${target?.health}${target?.lastError}`;
  }

  private async isReady(): Promise<boolean> {
    return fetch(`${this.url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end();
  }
}
