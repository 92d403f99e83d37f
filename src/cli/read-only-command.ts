import { type Settings } from '../config/settings.js';
import { auditCommand } from '../observe/audit/command-audit.js';
import { withStorage } from './open-offline.js';
import { PlainFailure } from './plain-failure.js';

const STATES: Readonly<Record<string, boolean>> = { on: true, off: false };

/** Switches the storage to read-only or back, or prints its state if none is given. @throws PlainFailure */
export function switchReadOnly(
  settings: Settings,
  state: string | undefined,
  print: (line: string) => void,
): Promise<void> {
  const on = state === undefined ? undefined : STATES[state];
  if (state !== undefined && on === undefined) {
    throw new PlainFailure(`${state} is not a state; allowed: ${Object.keys(STATES).join(', ')}`);
  }
  return withStorage(settings, async ({ readOnly, description }) => {
    if (readOnly === undefined) throw new PlainFailure(`${description} cannot be made read-only`);
    if (on !== undefined) {
      await readOnly.set(on);
      await auditCommand(settings.log, 'read-only', on ? 'on' : 'off');
    }
    const isOn = await readOnly.isOn();
    print(isOn ? 'read-only: pushes and deletes are refused' : 'not read-only');
    if (!isOn && settings.content.readOnly) print('REGISTRY_READ_ONLY is true, which still holds');
  });
}
