import { type CollectionObserver, type CollectionReport } from '../../domain/collection-report.js';
import { networkOf } from '../../domain/client-network.js';
import { eventOriginOf } from '../../http/oci/event-origin.js';
import { type FinishedRequest, type RequestObserver } from '../../http/oci/finished-request.js';
import { type Outbox } from '../../storage/ports/outbox.js';
import { nameOf } from '../requests/caller.js';
import { eventOf } from '../requests/request-event.js';
import { LoginLimit } from './login-limit.js';

/** Records the events that are not changes of the storage: passes of the collector, and failed logins. */
export class EventRecorder implements CollectionObserver, RequestObserver {
  private readonly logins = new LoginLimit();

  constructor(private readonly outbox: Outbox) {}

  collected({ result, milliseconds, freedBytes }: CollectionReport): void {
    const data = { result, milliseconds: Math.round(milliseconds), freedBytes };
    void this.outbox.append([{ type: 'gc.finished', data }]);
  }

  finished({ request, response }: FinishedRequest): void {
    if (response.statusCode !== 401 || eventOf(request, response) !== 'login-failed') return;
    const origin = eventOriginOf(request);
    const by = nameOf(request);
    if (!this.logins.admits(networkOf(origin.address ?? ''), by ?? '')) return;
    const data = by === undefined ? {} : { by };
    void this.outbox.append([{ type: 'login.failed', data, origin }]);
  }
}
