import { Counter, Gauge, type Registry } from 'prom-client';

import {
  type MirroredKind,
  type MirrorObserver,
  type MirrorResult,
  type MirrorSize,
  type MirrorState,
  type UpstreamAnswer,
} from '../../domain/mirror-report.js';
import { Measured } from './measured.js';

/** How long the bytes of mirrors are used again, so that frequent scrapes cost nothing. */
const SIZES_MS = 15_000;

/** Counts what mirrors answer and what they ask. Mirrors are those of the operator's file. */
export class MirrorMetrics implements MirrorObserver {
  private readonly requests: Counter<'mirror' | 'kind' | 'result'>;
  private readonly asked: Counter<'mirror' | 'method' | 'code'>;
  private readonly bytes: Counter<'mirror' | 'from'>;
  private readonly pullsLeft: Gauge<'mirror'>;
  private states: () => readonly MirrorState[] = () => [];
  private sizes = new Measured<readonly MirrorSize[]>(() => Promise.resolve([]), SIZES_MS);

  constructor(registry: Registry) {
    const registers = [registry];
    this.requests = new Counter({
      name: 'berth_mirror_requests_total',
      help: 'Answers of mirrors, by what was asked for and their result: hit, confirmed, fetched, stale, missing, limited, failed.',
      labelNames: ['mirror', 'kind', 'result'],
      registers,
    });
    this.asked = new Counter({
      name: 'berth_mirror_upstream_requests_total',
      help: 'Responses of the registries that are mirrored, with those of their token services and of redirects.',
      labelNames: ['mirror', 'method', 'code'],
      registers,
    });
    this.bytes = new Counter({
      name: 'berth_mirror_bytes_total',
      help: 'Bytes of blobs that clients asked for and the storage had (cache), and those that came from upstreams.',
      labelNames: ['mirror', 'from'],
      registers,
    });
    this.pullsLeft = new Gauge({
      name: 'berth_mirror_ratelimit_remaining',
      help: 'How many pulls the upstream still allowed at its last response that says so.',
      labelNames: ['mirror'],
      aggregator: 'min',
      registers,
    });
    this.addGauge(registry, 'berth_mirror_flights', {
      help: 'Downloads of blobs that run or wait.',
      aggregator: 'sum',
      valueOf: ({ flights }) => flights,
    });
    this.addGauge(registry, 'berth_mirror_resting_seconds', {
      help: 'For how long the upstream is not asked because it failed; 0 if it is asked.',
      aggregator: 'max',
      valueOf: ({ restingSeconds }) => restingSeconds,
    });
    this.addSizes(registry);
  }

  answered(mirror: string, kind: MirroredKind, result: MirrorResult): void {
    this.requests.inc({ mirror, kind, result });
  }

  transferred(mirror: string, from: 'cache' | 'upstream', bytes: number): void {
    this.bytes.inc({ mirror, from }, bytes);
  }

  upstreamAnswered(mirror: string, { method, status, pullsLeft }: UpstreamAnswer): void {
    this.asked.inc({ mirror, method, code: status });
    if (pullsLeft !== undefined) this.pullsLeft.set({ mirror }, pullsLeft);
  }

  attend(states: () => readonly MirrorState[], sizes: () => Promise<readonly MirrorSize[]>): void {
    this.states = states;
    this.sizes = new Measured(sizes, SIZES_MS);
  }

  private addSizes(registry: Registry): void {
    const sizes = (): Promise<readonly MirrorSize[] | undefined> => this.sizes.value();
    new Gauge({
      name: 'berth_mirror_cached_bytes',
      help: 'Bytes that the mirror has after the last complete collection, and after the removals that followed it.',
      labelNames: ['mirror'],
      // All workers read the same record.
      aggregator: 'max',
      registers: [registry],
      async collect() {
        const known = await sizes();
        this.reset();
        for (const { mirror, bytes } of known ?? []) this.set({ mirror }, bytes);
      },
    });
  }

  private addGauge(
    registry: Registry,
    name: string,
    about: {
      readonly help: string;
      readonly aggregator: 'sum' | 'max';
      readonly valueOf: (state: MirrorState) => number;
    },
  ): void {
    const states = (): readonly MirrorState[] => this.states();
    new Gauge({
      name,
      help: about.help,
      labelNames: ['mirror'],
      aggregator: about.aggregator,
      registers: [registry],
      collect() {
        this.reset();
        for (const state of states()) this.set({ mirror: state.mirror }, about.valueOf(state));
      },
    });
  }
}
