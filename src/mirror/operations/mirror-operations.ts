import { InvalidPattern } from '../../access/policy/repository-pattern.js';
import { RegistryError } from '../../domain/errors.js';
import {
  MirrorControl,
  unknownMirror,
  type MirrorOverview,
  type MirrorReasons,
  type RefreshedTag,
  type RemoteTag,
  type WarmOverview,
  type WarmStep,
} from '../../domain/mirror-control.js';
import { type MirrorSize, type MirrorState } from '../../domain/mirror-report.js';
import { parseRepositoryName, type RepositoryName } from '../../domain/repository-name.js';
import { type Storage } from '../../storage/ports/storage.js';
import { type TagRefresh } from '../content/tag-refresh.js';
import { type CurrentMirrors } from '../plan/current-mirrors.js';
import { warmImageOf } from '../plan/kept-content.js';
import { isAllowed, type RemoteRepository } from '../plan/meant-repository.js';
import { type MirrorPlan, type WarmPlan } from '../plan/mirrors-plan.js';
import { type WarmImage } from '../plan/warm-image.js';
import { type Warming } from '../warming/warming.js';
import { type Tallies } from './tallies.js';
import { whyTag, type WhyParts } from './why-tag.js';

/** What administrators see and do the work with. */
export interface OperationsParts {
  readonly plan: Pick<CurrentMirrors, 'value' | 'names'>;
  readonly states: () => readonly MirrorState[];
  readonly tallies: Tallies;
  /** Knows how many bytes each mirror has. */
  readonly sizes: { of(mirror: string): Promise<MirrorSize | undefined> };
  readonly storage: Pick<Storage, 'statistics' | 'usage'>;
  readonly refresh: TagRefresh;
  readonly warming: Warming;
}

/** The mirrors of the mirrors file, for administrators. */
export class MirrorOperations extends MirrorControl {
  constructor(private readonly parts: OperationsParts) {
    super();
  }

  override async list(): Promise<readonly MirrorOverview[]> {
    const { plan, states } = this.parts;
    const now = new Map(states().map((state) => [state.mirror, state]));
    return Promise.all(
      plan.value.mirrors.map((mirror) => this.overview(mirror, now.get(mirror.name))),
    );
  }

  override mirrorOf(repository: RepositoryName): string | undefined {
    return this.parts.plan.names.find(repository)?.mirror.name;
  }

  override async refresh(mirror: string, { repository, tag }: RemoteTag): Promise<RefreshedTag> {
    const found = this.find(mirror, repository);
    requireAllowed(found);
    requireOnline(found.mirror);
    const { remote, name } = found;
    return { repository: remote, tag, ...(await this.parts.refresh.run(name, tag)) };
  }

  override why(mirror: string, { repository, tag }: RemoteTag): Promise<MirrorReasons> {
    const found = this.find(mirror, repository);
    const { storage, refresh } = this.parts;
    const memory: WhyParts['memory'] = (name, asked) => refresh.memory(name, asked);
    return whyTag({ ...found, tag }, { storage, memory, now: Date.now });
  }

  override async warm(
    mirror: string,
    signal: AbortSignal,
    images?: readonly string[],
  ): Promise<AsyncGenerator<WarmStep>> {
    const plan = this.parts.plan.names.mirror(mirror);
    if (plan === undefined) throw unknownMirror(mirror);
    requireOnline(plan);
    if (images === undefined && plan.warm === undefined) {
      throw new RegistryError('request-malformed', `the mirrors file has no warm for ${mirror}`, {
        advice: 'name the images, such as library/alpine:3',
      });
    }
    return this.parts.warming.begin(
      plan,
      signal,
      images?.map((text) => parsedImage(text, plan)),
    );
  }

  private async overview(
    plan: MirrorPlan,
    state: MirrorState | undefined,
  ): Promise<MirrorOverview> {
    const { name, url, content, offline, keep, pin } = plan;
    const { restingSeconds = 0, flights = 0, lastAnswerAt, lastError } = state ?? {};
    const { requests, bytes, limit } = this.parts.tallies.of(name);
    const size = await this.parts.sizes.of(name);
    return {
      ...{ name, url: url.origin, content, restingSeconds, downloads: flights },
      state: offline ? 'offline' : restingSeconds > 0 ? 'resting' : 'ok',
      ...(lastAnswerAt && { lastAnswerAt }),
      ...(lastError && { lastError }),
      ...(limit && { limit }),
      ...{ requests, bytes, keep },
      ...(size && { cached: { bytes: size.bytes, at: size.countedAt } }),
      pins: pin.map(({ text }) => text),
      ...(plan.warm && { warm: await this.warmOverview(name, plan.warm) }),
    };
  }

  private async warmOverview(
    mirror: string,
    { everyMs, images, platforms }: WarmPlan,
  ): Promise<WarmOverview> {
    const last = await this.parts.warming.last(mirror);
    return {
      ...(everyMs !== undefined && { everyMs }),
      images: images.map(({ text }) => text),
      platforms,
      ...(last && { last }),
    };
  }

  /** @throws RegistryError `mirror-unknown` or `name-invalid` */
  private find(
    mirror: string,
    repository: string,
  ): RemoteRepository & { readonly name: RepositoryName } {
    const { names } = this.parts.plan;
    const meant = names.meant({ name: repository, root: mirror });
    if (meant.kind !== 'mirrored') throw unknownMirror(mirror);
    return { ...meant, name: parseRepositoryName(meant.name) };
  }
}

/** @throws RegistryError `name-unknown` for what the file does not allow */
function requireAllowed(found: RemoteRepository & { readonly name: RepositoryName }): void {
  if (isAllowed(found)) return;
  const { mirror, name: repository } = found;
  const advice = `the mirror ${mirror.name} does not allow this repository`;
  throw new RegistryError('name-unknown', 'no such repository', { repository, advice });
}

/** @throws RegistryError `request-malformed` */
function parsedImage(text: string, plan: MirrorPlan): WarmImage {
  try {
    return warmImageOf(text, plan);
  } catch (error) {
    if (!(error instanceof InvalidPattern)) throw error;
    throw new RegistryError('request-malformed', error.message);
  }
}

/** @throws RegistryError `mirror-offline` */
function requireOnline({ name, offline }: MirrorPlan): void {
  if (!offline) return;
  const advice = 'take offline out of the mirrors file to ask it';
  throw new RegistryError('mirror-offline', `the mirror ${name} is offline, so nothing is asked`, {
    mirror: name,
    advice,
  });
}
