import { wholeNumber } from '../kinds.js';
import { listenAddress } from '../network-kinds.js';
import { Setting } from '../setting.js';

/** Where metrics are served, and how detailed they are. */
export class MetricsSettings {
  @Setting(
    'REGISTRY_METRICS',
    '',
    listenAddress,
    'The address and port that serve /metrics for Prometheus, without a login, such as 127.0.0.1:9464. Empty: no metrics.',
  )
  readonly address!: string;

  @Setting(
    'REGISTRY_METRICS_REPOSITORIES',
    '0',
    wholeNumber(0, 1_000),
    'How many repositories, those with the most traffic, have metrics with their names. 0: none.',
  )
  readonly repositories!: number;
}
