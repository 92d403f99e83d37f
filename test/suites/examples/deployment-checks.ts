import { join } from 'node:path';

import { PROJECT_ROOT } from '../../support/server-process.ts';
import { type Check } from './checks.ts';
import { run } from './command.ts';

const WITHIN_MS = 60_000;

/** Checks the files by which systemd and Kubernetes start the registry. Neither is started. */
export function deploymentChecks(): Check[] {
  const cwd = join(PROJECT_ROOT, 'examples');
  const validate = join(PROJECT_ROOT, '.tools/kubernetes-validate');
  return [
    {
      name: 'systemd accepts the unit',
      run: async () => {
        const args = ['verify', 'systemd/berth.service'];
        const output = await run({ program: 'systemd-analyze', args, cwd, timeoutMs: WITHIN_MS });
        // It ends well despite warnings, such as one about a misspelled key.
        if (output.trim() !== '') throw new Error(output);
        return '';
      },
    },
    {
      name: 'the manifest for Kubernetes fits its schemas',
      run: () => {
        const args = [`PYTHONPATH=${validate}`, 'python3', '-m', 'kubernetes_validate'];
        const file = ['--strict', 'kubernetes/berth.yaml'];
        return run({ program: 'env', args: [...args, ...file], cwd, timeoutMs: WITHIN_MS });
      },
    },
  ];
}
