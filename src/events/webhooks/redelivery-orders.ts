import { randomBytes } from 'node:crypto';

import { type Outbox } from '../../storage/ports/outbox.js';

const PREFIX = 'redeliver-';

/** An order to try dead letters of an endpoint again. */
export interface RedeliveryOrder {
  readonly endpoint: string;
  /** The event. Absent for all of them. */
  readonly id?: string;
}

/** Leaves an order to the process that delivers, which may be another one. It is a cursor with a text, so that it survives a restart. */
export async function leaveOrder({ cursors }: Outbox, order: RedeliveryOrder): Promise<void> {
  await cursors.put(`${PREFIX}${randomBytes(8).toString('hex')}`, '', JSON.stringify(order));
}

/** Resolves to the orders that were left, and removes them. */
export async function takeOrders({ cursors }: Outbox): Promise<RedeliveryOrder[]> {
  const orders: RedeliveryOrder[] = [];
  for (const name of await cursors.list()) {
    if (!name.startsWith(PREFIX)) continue;
    const text = await cursors.state(name);
    if (!(await cursors.remove(name)) || text === undefined) continue;
    orders.push(JSON.parse(text) as RedeliveryOrder);
  }
  return orders;
}
