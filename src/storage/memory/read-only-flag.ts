import { ReadOnlySwitch } from '../ports/read-only-switch.js';

export class ReadOnlyFlag extends ReadOnlySwitch {
  private on = false;

  override isOn(): Promise<boolean> {
    return Promise.resolve(this.on);
  }

  override set(on: boolean): Promise<void> {
    this.on = on;
    return Promise.resolve();
  }
}
