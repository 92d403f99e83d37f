import { type Settings } from '../config/settings.js';
import { Log } from '../log/log.js';
import { type ProcessLog } from '../log/process-log.js';
import { type Traces } from '../observe/traces/traces.js';

/** Opens the traces that the settings ask for. OpenTelemetry is loaded only then. */
export async function openTracesOf(
  { log: { otlpEndpoint: endpoint } }: Settings,
  version: string,
  logger: ProcessLog,
): Promise<Traces | undefined> {
  if (endpoint === '') return undefined;
  const { openTraces } = await import('../observe/traces/open-traces.js');
  return openTraces({ endpoint, version, log: new Log(logger).of('Traces') });
}
