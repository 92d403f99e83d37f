import { type SpanExporter } from '@opentelemetry/sdk-trace';

import { type PartLog } from '../../log/log.js';

type Export = SpanExporter['export'];

/** Logs once when spans cannot be delivered, and once when they are delivered again. */
export class ReportingExporter implements SpanExporter {
  private isFailing = false;

  constructor(
    private readonly exporter: SpanExporter,
    private readonly endpoint: string,
    private readonly log: PartLog,
  ) {}

  export(spans: Parameters<Export>[0], done: Parameters<Export>[1]): void {
    this.exporter.export(spans, (result) => {
      this.report(result.error);
      done(result);
    });
  }

  async forceFlush(): Promise<void> {
    await this.exporter.forceFlush?.();
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }

  private report(error: Error | undefined): void {
    const fails = error !== undefined;
    if (fails === this.isFailing) return;
    this.isFailing = fails;
    if (!fails) this.log.log(`traces are delivered to ${this.endpoint} again`);
    else this.log.warn(`traces are lost, ${this.endpoint} does not take them: ${error.message}`);
  }
}
