import { type RegistryClient } from '../../client/registry-client.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type PartLog } from '../../log/log.js';
import { type Storage } from '../../storage/ports/storage.js';
import { Flights } from '../flights/flights.js';
import { type MirrorPlan, type MirrorsPlan } from '../plan/mirrors-plan.js';
import { Upstream } from '../upstream/upstream.js';
import { Mirror, type MirroredRepository } from './mirror.js';

/** Where the mirrors of a registry come from. */
export interface MirrorSources {
  /** The present plan: it may be another one each time. */
  readonly plan: { readonly value: MirrorsPlan };
  /** Opens the client of the registry that a mirror mirrors. */
  readonly connect: (plan: MirrorPlan) => RegistryClient;
}

/** The mirrors of a registry. A mirror whose plan changes begins with an empty memory. */
export class Mirrors {
  private readonly opened = new Map<string, Mirror>();

  constructor(
    private readonly sources: MirrorSources,
    private readonly storage: Pick<Storage, 'blobs' | 'uploads'>,
    private readonly log: PartLog,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Returns the mirror that a repository belongs to, or `undefined` for a repository of this registry. */
  of(repository: RepositoryName): MirroredRepository | undefined {
    const { mirrors } = this.sources.plan.value;
    const plan = mirrors.find(({ name }) => repository.startsWith(`${name}/`));
    if (plan === undefined) return undefined;
    return {
      mirror: this.mirror(plan),
      repository,
      remote: repository.slice(plan.name.length + 1),
    };
  }

  /** Ends the downloads and all connections. */
  async close(): Promise<void> {
    await Promise.all([...this.opened.values()].map(closeMirror));
    this.opened.clear();
  }

  private mirror(plan: MirrorPlan): Mirror {
    const { name, fingerprint } = plan;
    const opened = this.opened.get(name);
    if (opened?.plan.fingerprint === fingerprint) return opened;
    const mirror = this.open(plan);
    this.opened.set(name, mirror);
    if (opened !== undefined) void closeMirror(opened);
    return mirror;
  }

  private open(plan: MirrorPlan): Mirror {
    const { log, now } = this;
    const upstream = new Upstream(plan, { client: this.sources.connect(plan), log, now });
    const flights = new Flights({ upstream, plan, storage: this.storage, log });
    return new Mirror(plan, upstream, flights, now);
  }
}

/** Ends what a mirror does. Its running downloads keep what they have, and are resumed by the next request. */
async function closeMirror({ flights, upstream }: Mirror): Promise<void> {
  await flights.close();
  await upstream.close();
}
