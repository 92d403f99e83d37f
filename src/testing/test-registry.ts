import { once } from 'node:events';
import { type Server } from 'node:http';
import { inspect } from 'node:util';

import { type ManifestRemoval } from '../oci/manifests/manifest-removal.js';
import { type ManifestsService } from '../oci/manifests/manifests.service.js';
import { type RegistryEvent } from '../domain/registry-event.js';
import { followEvents } from '../storage/protocol/follow-events.js';
import { seed } from '../transfer/seed/seed.js';
import { checkArgument, TEXT } from './check-arguments.js';
import { checkContent } from './check-content.js';
import { type Content, type OciDescriptor } from './content.js';
import { type CredentialFiles } from './credential-files.js';
import { type CurrentStorage } from './current-storage.js';
import { type FaultOptions } from './fault-options.js';
import { type Fault } from './faults.js';
import { type MirroredContent } from './mirrored-content.js';
import { CLOSED, type Front, type Handler } from './front.js';
import { parseImageReference, type ImageReference } from './image-reference.js';
import { imageFiles, type FilesOptions } from './image-files.js';
import { deleteContent, listTags } from './manage-content.js';
import { type ImageFiles } from './image-files.js';
import { hasContent, listOf, pullContent } from './pull-content.js';
import { pushContent } from './push-content.js';
import { type WaitOptions, type Wanted } from './request-log.js';
import { type SeenRequest } from './seen-request.js';

/** The address of a registry. */
export interface Place {
  readonly url: string;
  readonly host: string;
  readonly port: number;
}

/** Where the events of `TestRegistry.events` begin. */
export interface EventOptions {
  /** The id of the last event that was processed. */
  readonly after?: string;
}

/** The parts of a test registry. They name no class of Nest, whose types a test may not have. */
export interface TestRegistryParts {
  readonly server: Server;
  readonly manifests: ManifestsService;
  readonly removal: ManifestRemoval;
  /** Ends the application, but not its storage. */
  readonly endApp: () => Promise<void>;
  readonly storage: CurrentStorage;
  readonly mirrored: MirroredContent;
  readonly front: Front;
  readonly place: Place;
  readonly credentials: CredentialFiles;
}

/** A running registry, with methods for tests. Create one with `createTestRegistry`. */
export class TestRegistry implements AsyncDisposable {
  /** The URL, such as `http://127.0.0.1:49152`. */
  readonly url: string;
  /** The host in image names, such as `localhost:49152`. */
  readonly host: string;
  readonly port: number;
  /** The certificate that clients have to trust, in PEM. `undefined` without the option `tls`. */
  readonly ca: string | undefined;
  /** The path of a file with the same certificate, for other programs. It exists until `close`. */
  readonly caFile: string | undefined;
  /** Handles requests of another server like the registry does, faults included. It serves the whole of `/v2`. */
  readonly handler: Handler;
  private closing: Promise<void> | undefined;
  private readonly ending = new AbortController();

  /** @internal */
  constructor(private readonly parts: TestRegistryParts) {
    const { place, front, credentials } = parts;
    this.url = place.url;
    this.host = place.host;
    this.port = place.port;
    this.ca = credentials.ca;
    this.caFile = credentials.caFile;
    this.handler = front.handle;
  }

  /** The requests that ended, in that order, including those that were cut. */
  get requests(): readonly SeenRequest[] {
    return this.parts.front.log.requests;
  }

  /**
   * Resolves to the first request that matches, past or future.
   *
   * @throws Error after the timeout; its message lists the requests seen
   */
  waitFor(wanted: Wanted, options?: WaitOptions): Promise<SeenRequest> {
    return this.parts.front.log.waitFor(wanted, options);
  }

  /**
   * Yields everything that changes in the registry, from now on or after the event with an id. Ends when the registry closes.
   *
   * @throws Error in the iteration, if the event of `after` is unknown or no longer kept
   */
  events({ after }: EventOptions = {}): AsyncGenerator<RegistryEvent, void, void> {
    const { storage } = this.open;
    if (after !== undefined) checkArgument('the id of an event', after, TEXT);
    const start = after === undefined ? 'now' : { after };
    return followEvents(storage.ports.outbox, start, this.ending.signal);
  }

  /** Adds a fault, from the next request on. @throws TypeError when `options` name no fault, or several */
  fault(options: FaultOptions): Fault {
    return this.open.front.faults.add(options);
  }

  /** Removes every fault. */
  clearFaults(): void {
    this.open.front.faults.clear();
  }

  /**
   * Stores `content` as `reference`, such as `team/app:1.0`, or by digest only without a tag, and
   * resolves to its descriptor. It is not a request: faults, logins and size limits do not apply,
   * but the content is validated.
   *
   * @throws RegistryError as a client would get it for invalid content
   */
  async push(reference: string, content: Content): Promise<OciDescriptor> {
    const { manifests, storage } = this.open;
    checkContent('the content to push', content);
    const registry = { storage: storage.ports, manifests };
    return pushContent(registry, this.parse(reference), content);
  }

  /**
   * Resolves to the content of `reference`, such as `team/app:1.0` or `team/app@sha256:…`, with
   * everything that it references. What a mirror does not have yet comes from the other registry.
   *
   * @throws Error when any of it is missing; the message lists what exists
   */
  async pull(reference: string): Promise<Content> {
    return pullContent(this.open.mirrored.storage, this.parse(reference));
  }

  /** Resolves to whether a manifest with this tag or digest exists. */
  async has(reference: string): Promise<boolean> {
    return hasContent(this.open.storage.ports, this.parse(reference));
  }

  /**
   * Resolves to the files of an image by path, with its layers laid over each other: text, or bytes
   * if a file is not UTF-8, or `{ linkTo }` for a symbolic link. Directories are left out.
   *
   * @throws Error for an index of several platforms without the option `platform`, and for a layer
   * that cannot be read or is too large
   */
  async files(reference: string, options: FilesOptions = {}): Promise<ImageFiles> {
    return imageFiles(this.open.mirrored.storage, this.parse(reference), options);
  }

  /** Resolves to the tags of a repository, in byte order: an empty list for an unknown repository. */
  async tags(repository: string): Promise<string[]> {
    return listTags(this.open.storage.ports, this.parse(repository));
  }

  /** Resolves to the names of all repositories, in byte order. */
  async repositories(): Promise<string[]> {
    return listOf(this.open.storage.ports.catalog.list());
  }

  /**
   * Removes a tag, or a manifest by digest with all of its tags, as a client's DELETE does.
   *
   * @throws Error when it does not exist; the message lists what exists
   */
  async delete(reference: string): Promise<void> {
    const { removal, storage } = this.open;
    await deleteContent({ storage: storage.ports, removal }, this.parse(reference));
  }

  /**
   * Loads an OCI image layout (a directory or a tar file), or a file of `docker save`. Resolves to
   * the names of the images.
   *
   * @throws UnusableSeed
   */
  async loadLayout(path: string): Promise<string[]> {
    const { storage } = this.open;
    checkArgument('the path of a layout', path, TEXT);
    const names: string[] = [];
    const seeded = (name: string) => names.push(name);
    await seed(storage.ports, path, { seeded, warn: () => undefined });
    return names;
  }

  /**
   * Empties the registry at the same address: no content, no faults, no requests seen. Requests in
   * progress are cut. A directory keeps its content, because other tests may use it.
   */
  async reset(): Promise<void> {
    const { front, storage } = this.open;
    front.reset('the registry was reset');
    await storage.replace();
  }

  /** Closes the registry and all of its connections. Nothing remains that keeps the process alive. */
  close(): Promise<void> {
    return (this.closing ??= this.end());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Returns the address, because JSON cannot hold the rest. */
  toJSON(): Place {
    return { url: this.url, host: this.host, port: this.port };
  }

  /** Returns one line for `console.log`. */
  [inspect.custom](): string {
    return `TestRegistry(${this.url}${this.closing === undefined ? '' : ', closed'})`;
  }

  /** The parts, while they can be used. @throws Error after `close` */
  private get open(): TestRegistryParts {
    if (this.closing !== undefined) throw new Error(CLOSED);
    return this.parts;
  }

  private parse(reference: string): ImageReference {
    const names = ['localhost', '127.0.0.1', '[::1]', 'host.docker.internal'];
    const others = names.map((name) => `${name}:${this.port}`);
    return parseImageReference(
      reference,
      [this.host, new URL(this.url).host, ...others],
      this.parts.mirrored.names,
    );
  }

  private async end(): Promise<void> {
    const { server, endApp, storage, front, credentials } = this.parts;
    this.ending.abort();
    front.close();
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await endApp();
    await closed;
    await storage.ports.close();
    await credentials.remove();
  }
}
