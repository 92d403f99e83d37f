import { Memo } from '../../domain/memo.js';
import { tryParseRepositoryName } from '../../domain/repository-name.js';
import { LocalHosts } from './local-hosts.js';
import { type MirrorPlan, type MirrorsPlan } from './mirrors-plan.js';

/** What a request says about its repository. */
export interface AskedRepository {
  /** The name in the path. */
  readonly name: string;
  /** The parameter `ns`: the registry whose repository the client wants. */
  readonly ns?: string | undefined;
  /** The mirror at whose address, or below whose path, the request came in. */
  readonly root?: string | undefined;
}

/** A repository of another registry. */
export interface RemoteRepository {
  readonly mirror: MirrorPlan;
  /** The name that the other registry has for it. */
  readonly remote: string;
}

/** The repository that a request means, by its name in this registry. */
export type MeantRepository =
  | { readonly kind: 'local'; readonly name: string }
  | ({ readonly kind: 'mirrored'; readonly name: string } & RemoteRepository)
  /** A repository of a registry that has no mirror here. */
  | { readonly kind: 'unknown' };

const UNKNOWN: MeantRepository = { kind: 'unknown' };

/** How many names of requests are remembered. */
const MAX_NAMES = 2_000;

/** The names that the mirrors file gives to repositories. */
export class MirrorNames {
  private readonly byName: ReadonlyMap<string, MirrorPlan>;
  private readonly byNamespace: ReadonlyMap<string, MirrorPlan>;
  private readonly local: LocalHosts;
  private readonly known = new Memo(
    (name: string) => tryParseRepositoryName(this.decide({ name }) ?? ''),
    MAX_NAMES,
  );

  /** @param publicUrl the URL by which clients reach this registry, or an empty text */
  constructor({ mirrors, local }: MirrorsPlan, publicUrl: string) {
    this.byName = new Map(mirrors.map((mirror) => [mirror.name, mirror]));
    this.byNamespace = new Map(
      mirrors.flatMap((mirror) => [mirror.name, ...mirror.also].map((host) => [host, mirror])),
    );
    this.local = new LocalHosts(local, publicUrl);
  }

  /** Returns the mirror with this name. */
  mirror(name: string): MirrorPlan | undefined {
    return this.byName.get(name);
  }

  /**
   * Decides which repository a request means. Each repository has one name: what is decided for the name of a result is the result.
   *
   * The place where a request came in decides first, then `ns`, then the beginning of the name. An `ns` of another registry never
   * means local content.
   */
  meant({ name, ns, root }: AskedRepository): MeantRepository {
    const host = ns?.toLowerCase();
    const named = host === undefined ? undefined : this.byNamespace.get(host);
    if (root !== undefined) {
      const mirror = this.byName.get(root);
      // A client that wants another registry must not get content of this one.
      if (mirror === undefined || (named !== undefined && named !== mirror)) return UNKNOWN;
      return mirrored(mirror, name);
    }
    if (named !== undefined) return mirrored(named, withoutPrefix(name, named));
    if (host !== undefined && !this.local.has(host)) return UNKNOWN;
    const found = this.find(name);
    return found === undefined
      ? { kind: 'local', name }
      : mirrored(found.mirror, found.remote, name);
  }

  /** Returns the name of the repository that a request means, or `undefined` if the mirrors file does not let clients have it. */
  servable(asked: AskedRepository): string | undefined {
    const { name, ns, root } = asked;
    // Names that are invalid are not remembered.
    const known = ns === undefined && root === undefined ? this.known.of(name) : undefined;
    return known ?? this.decide(asked);
  }

  /** Returns whether `ns` decides, or agrees with the mirror at whose address the request came in. */
  uses(ns: string, root: string | undefined): boolean {
    const host = ns.toLowerCase();
    const named = this.byNamespace.get(host);
    if (root !== undefined) return named !== undefined && named.name === root;
    return named !== undefined || this.local.has(host);
  }

  /** Returns the mirror of a repository of this registry and the name there, or `undefined` for local ones. */
  find(name: string): RemoteRepository | undefined {
    const slash = name.indexOf('/');
    const mirror = slash === -1 ? undefined : this.byName.get(name.slice(0, slash));
    return mirror && { mirror, remote: name.slice(slash + 1) };
  }

  private decide(asked: AskedRepository): string | undefined {
    const meant = this.meant(asked);
    if (meant.kind === 'local') return meant.name;
    return meant.kind === 'mirrored' && isAllowed(meant) ? meant.name : undefined;
  }
}

/** Returns whether the mirrors file lets clients have a repository of another registry. */
export function isAllowed({ mirror: { allow, deny }, remote }: RemoteRepository): boolean {
  const name = tryParseRepositoryName(remote);
  if (name === undefined || deny.some((pattern) => pattern.matches(name))) return false;
  return allow.length === 0 || allow.some((pattern) => pattern.matches(name));
}

/** @param full the name with the mirror's, if there is one: a text that is put together takes longer to compare and to search */
function mirrored(
  mirror: MirrorPlan,
  asked: string,
  full = `${mirror.name}/${asked}`,
): MeantRepository {
  if (!mirror.library || asked.includes('/')) {
    return { kind: 'mirrored', name: full, mirror, remote: asked };
  }
  const remote = `library/${asked}`;
  return { kind: 'mirrored', name: `${mirror.name}/${remote}`, mirror, remote };
}

/** Clients that are set up by a path send the name of the mirror in the path and in `ns`. */
function withoutPrefix(name: string, { name: prefix }: MirrorPlan): string {
  return name.startsWith(`${prefix}/`) ? name.slice(prefix.length + 1) : name;
}
