import { ReadOnlySwitch } from '../ports/read-only-switch.js';

export class ReadOnlyFlag extends ReadOnlySwitch {
  private on = false;

  override isOn(): boolean {
    return this.on;
  }

  override set(on: boolean): Promise<void> {
    this.on = on;
    return Promise.resolve();
  }
}
