import { Counter, Gauge, type Registry } from 'prom-client';

import {
  type MirroredKind,
  type MirrorObserver,
  type MirrorResult,
  type MirrorState,
  type UpstreamAnswer,
} from '../../domain/mirror-report.js';

/** Counts what mirrors answer and what they ask. Mirrors are those of the operator's file. */
export class MirrorMetrics implements MirrorObserver {
  private readonly requests: Counter<'mirror' | 'kind' | 'result'>;
  private readonly asked: Counter<'mirror' | 'method' | 'code'>;
  private readonly bytes: Counter<'mirror' | 'from'>;
  private readonly pullsLeft: Gauge<'mirror'>;
  private states: () => readonly MirrorState[] = () => [];

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

  attend(states: () => readonly MirrorState[]): void {
    this.states = states;
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
