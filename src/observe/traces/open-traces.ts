import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';

import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { type NextFunction, type Request, type Response } from 'express';

import { RegistryError } from '../../domain/errors.js';
import { type FinishedRequest } from '../../http/oci/finished-request.js';
import { requestIdOf } from '../../http/server/request-id.js';
import { setTraceId, traceParentOf } from '../../http/server/trace-parent.js';
import { type PartLog } from '../../log/log.js';
import { type Storage } from '../../storage/ports/storage.js';
import { ReportingExporter } from './reporting-exporter.js';
import { tracedStorage, type Operation } from './traced-storage.js';
import { type Traces } from './traces.js';

/** Spans are sent after this time, or earlier when a batch is full. */
const SEND_EVERY_MS = 1_000;

/** Spans beyond this are dropped, so that a receiver that is down costs little memory. */
const MAX_WAITING = 2_048;

const SEND_WITHIN_MS = 5_000;
const CLOSE_WITHIN_MS = 2_000;

/** Where traces go, and what they say of their source. */
export interface TracesOptions {
  /** The origin of an OTLP receiver. Spans go to `/v1/traces` there. */
  readonly endpoint: string;
  readonly version: string;
  readonly log: PartLog;
}

/** Opens traces that are sent by OTLP over HTTP, in protobuf. Loading this module loads OpenTelemetry. */
export function openTraces({ endpoint, version, log }: TracesOptions): Traces {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint}/v1/traces`,
    timeoutMillis: SEND_WITHIN_MS,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'berth', 'service.version': version }),
    // A caller that does not sample its trace gets no spans either.
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new ReportingExporter(exporter, endpoint, log),
        maxQueueSize: MAX_WAITING,
        scheduledDelayMillis: SEND_EVERY_MS,
        exportTimeoutMillis: SEND_WITHIN_MS,
      }),
    ],
  });
  return new OtlpTraces(provider, provider.getTracer('berth', version));
}

class OtlpTraces implements Traces {
  /** The span of the running request or operation. */
  private readonly active = new AsyncLocalStorage<Span>();
  private readonly requests = new WeakMap<Request, Span>();

  constructor(
    private readonly provider: TracerProvider,
    private readonly tracer: Tracer,
  ) {}

  readonly middleware = (request: Request, _response: Response, next: NextFunction): void => {
    // Supervisors ask every few seconds.
    if (request.path.startsWith('/health')) return next();
    const options = { kind: SpanKind.SERVER };
    const span = this.tracer.startSpan('request', options, contextOf(request));
    this.requests.set(request, span);
    setTraceId(request, span.spanContext().traceId);
    this.active.run(span, next);
  };

  finished(finished: FinishedRequest): void {
    const { request, method, route, status } = finished;
    const span = this.requests.get(request);
    if (span === undefined) return;
    span.updateName(`${method} ${route}`);
    span.setAttributes(attributesOf(finished));
    if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  }

  storage(storage: Storage): Storage {
    return tracedStorage(storage, (name) => this.begin(name));
  }

  async close(): Promise<void> {
    const timer = new AbortController();
    const late = delay(CLOSE_WITHIN_MS, undefined, { signal: timer.signal }).catch(() => undefined);
    await Promise.race([this.provider.shutdown().catch(() => undefined), late]);
    timer.abort();
  }

  /** Begins the span of an operation on the storage: within a request, or a collection, which has a trace of its own. */
  private begin(name: string): Operation | undefined {
    const parent = this.active.getStore();
    if (parent === undefined && name !== 'collector.collect') return undefined;
    const context = parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent);
    const span = this.tracer.startSpan(`storage ${name}`, {}, context);
    return {
      run: (work) => this.active.run(span, work),
      end: (error) => endSpan(span, error),
    };
  }
}

/** Returns the context of the caller's span, or the root without a valid `traceparent`. */
function contextOf(request: Request): Context {
  const parent = traceParentOf(request);
  if (parent === undefined) return ROOT_CONTEXT;
  const { traceId, spanId, sampled } = parent;
  const traceFlags = sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

function attributesOf(finished: FinishedRequest): Record<string, string | number> {
  const { request, response, repository, reference } = finished;
  const id = requestIdOf(response);
  return {
    'http.request.method': finished.method,
    'http.response.status_code': finished.status,
    'http.request.body.size': finished.received,
    'http.response.body.size': finished.sent,
    'berth.route': finished.route,
    ...(id !== undefined && { 'berth.request': id }),
    ...(repository !== undefined && { 'berth.repository': repository }),
    ...(reference !== undefined && { 'berth.reference': reference.toString() }),
    ...(request.headers['user-agent'] !== undefined && {
      'user_agent.original': request.headers['user-agent'].slice(0, 256),
    }),
  };
}

/** Ends a span. Content that does not exist, and other errors of a client, are no failures. */
function endSpan(span: Span, error: unknown): void {
  if (error instanceof RegistryError) span.setAttribute('error.type', error.kind);
  else if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
