import { Counter, type Registry } from 'prom-client';

import { type RepositoryName } from '../../domain/repository-name.js';
import { type FinishedRequest } from '../../http/oci/finished-request.js';
import { type Route } from '../../http/oci/request-route.js';
import { Traffic } from './traffic.js';

/** The label of all repositories without a label of their own. */
const OTHER = 'other';

/** How often the repositories with the most traffic are chosen again. */
const CHOOSE_EVERY_MS = 60_000;

/** Counts pushes, pulls and bytes of the repositories with the most traffic. All others are counted together. */
export class RepositoryMetrics {
  private readonly counters: readonly Counter<'repository'>[];
  private readonly pushes: Counter<'repository'>;
  private readonly pulls: Counter<'repository'>;
  private readonly bytes: Counter<'repository'>;
  private readonly traffic: Traffic;
  private chosenAt = 0;

  constructor(registry: Registry, most: number) {
    const counter = (name: string, help: string) =>
      new Counter({ name, help, labelNames: ['repository'], registers: [registry] });
    this.pushes = counter('berth_repository_pushes_total', 'Manifests pushed, by repository.');
    this.pulls = counter('berth_repository_pulls_total', 'Manifests pulled, by repository.');
    this.bytes = counter(
      'berth_repository_bytes_total',
      'Bytes of bodies that were received and sent, by repository.',
    );
    this.counters = [this.pushes, this.pulls, this.bytes];
    this.traffic = new Traffic(most);
  }

  count({ repository: name, route, method, status, received, sent }: FinishedRequest): void {
    if (name === undefined || !provesRepository(route, status)) return;
    this.chooseAgain();
    const bytes = received + sent;
    const repository = this.traffic.add(name, bytes + 1) ? name : OTHER;
    if (bytes > 0) this.bytes.inc({ repository }, bytes);
    if (route !== 'manifest') return;
    if (method === 'PUT') this.pushes.inc({ repository });
    if (method === 'GET' && status === 200) this.pulls.inc({ repository });
  }

  private chooseAgain(): void {
    const now = performance.now();
    if (now - this.chosenAt < CHOOSE_EVERY_MS) return;
    this.chosenAt = now;
    for (const gone of this.traffic.choose()) this.remove(gone);
  }

  private remove(repository: RepositoryName): void {
    for (const counter of this.counters) counter.remove({ repository });
  }
}

/** Whether the repository of the request exists. A list of referrers and a new upload may name one that does not. */
function provesRepository(route: Route, status: number): boolean {
  if (status >= 400) return false;
  return route === 'manifest' || route === 'blob' || (route === 'upload' && status === 201);
}
