import { deepEqual, equal } from 'node:assert/strict';
import type { Check } from '../check.ts';
import { run } from '../command.ts';
import { IMAGE } from '../stack.ts';

interface ComposeConfig {
  readonly services: Record<
    string,
    {
      readonly image: string;
      readonly ports?: {
        readonly host_ip?: string;
        readonly published: string;
        readonly target: number;
      }[];
      readonly read_only: boolean;
      readonly cap_drop: string[];
      readonly security_opt: string[];
    }
  >;
}

type Service = ComposeConfig['services'][string];

/** Checks how Compose reads the shipped file, because the running stack uses another network. */
export function composeFileChecks(): Check[] {
  return [
    {
      name: 'compose file: published on 127.0.0.1:5000 and nowhere else',
      run: async () => {
        const { services } = await shippedConfig();
        deepEqual(Object.keys(services), ['registry']);
        deepEqual(portsOf(services['registry']), [['127.0.0.1', '5000', 5000]]);
      },
    },
    {
      name: 'compose file: the mirror is published on 127.0.0.1:5001 and 127.0.0.1:5002, and nowhere else',
      run: async () => {
        const { services } = await shippedConfig('mirror');
        deepEqual(Object.keys(services).toSorted(), ['mirror', 'registry']);
        deepEqual(portsOf(services['mirror']), [
          ['127.0.0.1', '5001', 5000],
          ['127.0.0.1', '5002', 5001],
        ]);
      },
    },
    {
      name: 'compose file: the profile scale is published on 127.0.0.1:5010 and nowhere else',
      run: async () => {
        const { services } = await shippedConfig('scale');
        const published = Object.entries(services)
          .filter(([name, { ports = [] }]) => name !== 'registry' && ports.length > 0)
          .map(([name, service]) => [name, portsOf(service)]);
        deepEqual(published, [['round-robin', [['127.0.0.1', '5010', 5000]]]]);
      },
    },
    {
      name: 'compose file: no privileges requested',
      run: async () => {
        const { services } = await shippedConfig('mirror', 'scale');
        const ours = Object.values(services).filter(({ image }) => image === IMAGE);
        equal(ours.length, 5);
        for (const service of ours) {
          equal(service.read_only, true);
          deepEqual(service.cap_drop, ['ALL']);
          deepEqual(service.security_opt, ['no-new-privileges:true']);
        }
      },
    },
  ];
}

function portsOf(service: Service | undefined): unknown {
  return service?.ports?.map((port) => [port.host_ip, port.published, port.target]);
}

async function shippedConfig(...profiles: string[]): Promise<ComposeConfig> {
  const json = await run('docker', [
    ...['compose', '--env-file', '/dev/null', '--file', 'docker-compose.yml'],
    ...profiles.flatMap((profile) => ['--profile', profile]),
    ...['config', '--format', 'json'],
  ]);
  return JSON.parse(json) as ComposeConfig;
}
