import { RegistryError } from '../../domain/errors.js';
import {
  MirrorControl,
  unknownMirror,
  type MirrorOverview,
  type RefreshedTag,
  type RemoteTag,
} from '../../domain/mirror-control.js';
import { type MirrorState } from '../../domain/mirror-report.js';
import { parseRepositoryName, type RepositoryName } from '../../domain/repository-name.js';
import { type TagRefresh } from '../content/tag-refresh.js';
import { type CurrentMirrors } from '../plan/current-mirrors.js';
import { isAllowed, type RemoteRepository } from '../plan/meant-repository.js';
import { type MirrorPlan } from '../plan/mirrors-plan.js';
import { type Tallies } from './tallies.js';

/** What administrators see and do the work with. */
export interface OperationsParts {
  readonly plan: Pick<CurrentMirrors, 'value' | 'names'>;
  readonly states: () => readonly MirrorState[];
  readonly tallies: Tallies;
  readonly refresh: TagRefresh;
}

/** The mirrors of the mirrors file, for administrators. */
export class MirrorOperations extends MirrorControl {
  constructor(private readonly parts: OperationsParts) {
    super();
  }

  override list(): readonly MirrorOverview[] {
    const { plan, states } = this.parts;
    const now = new Map(states().map((state) => [state.mirror, state]));
    return plan.value.mirrors.map((mirror) => this.overview(mirror, now.get(mirror.name)));
  }

  override async refresh(mirror: string, { repository, tag }: RemoteTag): Promise<RefreshedTag> {
    const found = this.find(mirror, repository);
    requireOnline(found.mirror);
    const { remote, name } = found;
    return { repository: remote, tag, ...(await this.parts.refresh.run(name, tag)) };
  }

  private overview(plan: MirrorPlan, state: MirrorState | undefined): MirrorOverview {
    const { name, url, content, offline, keep, pin } = plan;
    const { restingSeconds = 0, flights = 0, lastAnswerAt, lastError } = state ?? {};
    const { requests, bytes, limit } = this.parts.tallies.of(name);
    return {
      ...{ name, url: url.origin, content, restingSeconds, downloads: flights },
      state: offline ? 'offline' : restingSeconds > 0 ? 'resting' : 'ok',
      ...(lastAnswerAt && { lastAnswerAt }),
      ...(lastError && { lastError }),
      ...(limit && { limit }),
      ...{ requests, bytes, keep },
      pins: pin.map(({ text }) => text),
    };
  }

  /** @throws RegistryError `mirror-unknown`, `name-invalid`, or `name-unknown` for what the file does not allow */
  private find(
    mirror: string,
    repository: string,
  ): RemoteRepository & { readonly name: RepositoryName } {
    const { names } = this.parts.plan;
    const meant = names.meant({ name: repository, root: mirror });
    if (meant.kind !== 'mirrored') throw unknownMirror(mirror);
    const name = parseRepositoryName(meant.name);
    if (isAllowed(meant)) return { ...meant, name };
    const advice = `the mirror ${mirror} does not allow this repository`;
    throw new RegistryError('name-unknown', 'no such repository', { repository: name, advice });
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
