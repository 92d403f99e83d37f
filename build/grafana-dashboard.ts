/**
 * Writes `examples/grafana/berth.json`, a dashboard for Grafana, with Grafana's own types.
 *
 * Run it after a change; `npm run test:observe` fails if the file differs, and runs each of its queries.
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import {
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

const FILE = join(resolve(import.meta.dirname, '..'), 'examples/grafana/berth.json');

/** The data source and the instances that a person chooses at the top of the dashboard. */
const SOURCE = { type: 'prometheus', uid: '${datasource}' };
const CHOSEN = 'instance=~"$instance"';

/** One query of a panel, and the name of its lines. */
interface Line {
  readonly expr: string;
  readonly legend: string;
}

const STATS: readonly (readonly [title: string, unit: string, expr: string])[] = [
  ['Free space', 'bytes', `min(berth_storage_free_bytes{${CHOSEN}})`],
  ['Stored', 'bytes', `max(berth_storage_unique_bytes{${CHOSEN}})`],
  ['Repositories', 'short', `max(berth_storage_repositories{${CHOSEN}})`],
  ['Manifests', 'short', `max(berth_storage_manifests{${CHOSEN}})`],
  ['Open uploads', 'short', `max(berth_uploads_open{${CHOSEN}})`],
  ['Pushes in 24 h', 'short', `sum(increase(berth_pushes_total{${CHOSEN}}[24h]))`],
  ['Pulls in 24 h', 'short', `sum(increase(berth_pulls_total{${CHOSEN}}[24h]))`],
  [
    'Since the last collection',
    's',
    `time() - max(berth_gc_last_success_timestamp_seconds{${CHOSEN}} > 0)`,
  ],
];

const rate = (metric: string, by: string, labels = ''): string =>
  `sum by (${by}) (rate(${metric}{${CHOSEN}${labels}}[$__rate_interval]))`;

const GRAPHS: readonly (readonly [title: string, unit: string, lines: readonly Line[]])[] = [
  [
    'Requests by route',
    'reqps',
    [{ expr: rate('berth_http_requests_total', 'route'), legend: '{{route}}' }],
  ],
  [
    'Requests by status',
    'reqps',
    [{ expr: rate('berth_http_requests_total', 'code'), legend: '{{code}}' }],
  ],
  [
    'Server errors',
    'percentunit',
    [
      {
        expr: `(sum(rate(berth_http_requests_total{${CHOSEN},code=~"5.."}[$__rate_interval])) or vector(0)) / sum(rate(berth_http_requests_total{${CHOSEN}}[$__rate_interval]))`,
        legend: 'share',
      },
    ],
  ],
  [
    'Duration of manifest requests',
    's',
    ['0.5', '0.95', '0.99'].map((quantile) => ({
      expr: `histogram_quantile(${quantile}, ${rate('berth_http_request_duration_seconds_bucket', 'le', ',route="manifest"')})`,
      legend: `quantile ${quantile}`,
    })),
  ],
  [
    'Bytes',
    'Bps',
    [
      {
        expr: `sum(rate(berth_http_sent_bytes_total{${CHOSEN}}[$__rate_interval]))`,
        legend: 'sent',
      },
      {
        expr: `sum(rate(berth_http_received_bytes_total{${CHOSEN}}[$__rate_interval]))`,
        legend: 'received',
      },
    ],
  ],
  [
    'Requests in progress',
    'short',
    [{ expr: `sum by (route) (berth_http_in_flight{${CHOSEN}})`, legend: '{{route}}' }],
  ],
  [
    'Pushes and pulls',
    'ops',
    [
      { expr: `sum(rate(berth_pushes_total{${CHOSEN}}[$__rate_interval]))`, legend: 'pushes' },
      { expr: rate('berth_pulls_total', 'kind'), legend: 'pulls by {{kind}}' },
    ],
  ],
  ['Logins', 'ops', [{ expr: rate('berth_auth_total', 'result'), legend: '{{result}}' }]],
  [
    'Events that wait for webhooks',
    'short',
    [{ expr: `max by (endpoint) (berth_events_pending{${CHOSEN}})`, legend: '{{endpoint}}' }],
  ],
  [
    'Deliveries to webhooks',
    'ops',
    [
      {
        expr: rate('berth_events_delivered_total', 'endpoint, result'),
        legend: '{{endpoint}} {{result}}',
      },
    ],
  ],
  [
    'Storage',
    'bytes',
    [
      { expr: `max(berth_storage_unique_bytes{${CHOSEN}})`, legend: 'stored' },
      { expr: `max(berth_storage_logical_bytes{${CHOSEN}})`, legend: 'sum of all repositories' },
      { expr: `min(berth_storage_free_bytes{${CHOSEN}})`, legend: 'free' },
    ],
  ],
  [
    'Collections',
    'short',
    [
      {
        expr: `sum by (result) (increase(berth_gc_runs_total{${CHOSEN}}[1h]))`,
        legend: '{{result}}',
      },
    ],
  ],
  [
    'Freed in an hour',
    'bytes',
    [{ expr: `sum(increase(berth_gc_freed_bytes_total{${CHOSEN}}[1h]))`, legend: 'freed' }],
  ],
  [
    'Mean duration of collections',
    's',
    [
      {
        expr: `sum(increase(berth_gc_duration_seconds_sum{${CHOSEN}}[6h])) / sum(increase(berth_gc_duration_seconds_count{${CHOSEN}}[6h]))`,
        legend: 'mean',
      },
    ],
  ],
  [
    'Processor',
    'percentunit',
    [
      {
        expr: rate('process_cpu_seconds_total', 'instance', ',job="berth"'),
        legend: '{{instance}}',
      },
    ],
  ],
  [
    'Memory',
    'bytes',
    [{ expr: `process_resident_memory_bytes{${CHOSEN},job="berth"}`, legend: '{{instance}}' }],
  ],
  [
    'Delay of the event loop, 99 %',
    's',
    [{ expr: `nodejs_eventloop_lag_p99_seconds{${CHOSEN},job="berth"}`, legend: '{{instance}}' }],
  ],
  [
    'Bytes by repository',
    'Bps',
    [
      {
        expr: `topk(10, ${rate('berth_repository_bytes_total', 'repository')})`,
        legend: '{{repository}}',
      },
    ],
  ],
];

const query = ({ expr, legend }: Line, index: number): DataqueryBuilder =>
  new DataqueryBuilder()
    .datasource(SOURCE)
    .refId(String.fromCharCode(65 + index))
    .expr(expr)
    .legendFormat(legend);

/* eslint-disable @typescript-eslint/no-deprecated -- The newer form needs Grafana 12, and every Grafana reads this one. */

function dashboard(): DashboardBuilder {
  const all = new DashboardBuilder('Berth')
    .uid('berth')
    .tags(['berth', 'registry'])
    .description('A container registry: requests, storage, collections and the process.')
    .time({ from: 'now-6h', to: 'now' })
    .refresh('30s')
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(
      new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'),
    )
    .withVariable(
      new QueryVariableBuilder('instance')
        .label('Instance')
        .datasource(SOURCE)
        .query('label_values(berth_build_info, instance)')
        .refresh(VariableRefresh.OnTimeRangeChanged)
        .includeAll(true)
        .allValue('.+')
        .multi(true)
        .current({ selected: true, text: 'All', value: '$__all' }),
    )
    .withRow(new RowBuilder('At a glance'));
  for (const [title, unit, expr] of STATS) {
    all.withPanel(
      new StatBuilder()
        .title(title)
        .datasource(SOURCE)
        .unit(unit)
        .height(4)
        .span(3)
        .withTarget(query({ expr, legend: title }, 0)),
    );
  }
  all.withRow(new RowBuilder('Over time'));
  for (const [title, unit, lines] of GRAPHS) {
    const panel = new TimeseriesBuilder().title(title).datasource(SOURCE).unit(unit).min(0);
    panel.height(8).span(8);
    for (const [index, line] of lines.entries()) panel.withTarget(query(line, index));
    all.withPanel(panel);
  }
  return all;
}

const [target = FILE] = process.argv.slice(2);
writeFileSync(target, `${JSON.stringify(dashboard().build(), undefined, 2)}\n`);
