import { once } from 'node:events';
import { type Server } from 'node:http';

import { type NestExpressApplication } from '@nestjs/platform-express';

import { ManifestsService } from '../oci/manifests/manifests.service.js';
import { seed } from '../transfer/seed/seed.js';
import { type Content, type OciDescriptor } from './content.js';
import { type CurrentStorage } from './current-storage.js';
import { type FaultOptions } from './fault-options.js';
import { type Fault } from './faults.js';
import { type Front, type Handler } from './front.js';
import { parseImageReference, type ImageReference } from './image-reference.js';
import { hasContent, pullContent } from './pull-content.js';
import { pushContent } from './push-content.js';
import { type WaitOptions, type Wanted } from './request-log.js';
import { type SeenRequest } from './seen-request.js';

/** Where a registry is found. */
export interface Place {
  readonly url: string;
  readonly host: string;
  readonly port: number;
}

/** What a test registry is made of. */
export interface TestRegistryParts {
  readonly app: NestExpressApplication;
  readonly storage: CurrentStorage;
  readonly front: Front;
  readonly place: Place;
}

/** A registry that listens, with what a test does with it besides. `createTestRegistry` makes it. */
export class TestRegistry implements AsyncDisposable {
  /** Where it is, such as `http://127.0.0.1:49152`. */
  readonly url: string;
  /** What the names of its images begin with, such as `localhost:49152`. */
  readonly host: string;
  readonly port: number;
  /** Answers a request from any server as the registry does, faults and all: it is for the whole of `/v2`. */
  readonly handler: Handler;
  private closing: Promise<void> | undefined;

  /** @internal */
  constructor(private readonly parts: TestRegistryParts) {
    const { place, front } = parts;
    this.url = place.url;
    this.host = place.host;
    this.port = place.port;
    this.handler = front.handle;
  }

  /** The requests that were seen, in the order in which they ended; those that were cut off are among them. */
  get requests(): readonly SeenRequest[] {
    return this.parts.front.log.requests;
  }

  /**
   * The first request that fits, of those seen already and those to come.
   *
   * @throws Error when none comes in time; its message lists what was seen
   */
  waitFor(wanted: Wanted, options?: WaitOptions): Promise<SeenRequest> {
    return this.parts.front.log.waitFor(wanted, options);
  }

  /** Has something go wrong, from the next request on. @throws TypeError when `options` say nothing or too much */
  fault(options: FaultOptions): Fault {
    return this.parts.front.faults.add(options);
  }

  /** Removes every fault. */
  clearFaults(): void {
    this.parts.front.faults.clear();
  }

  /**
   * Stores `content` as `reference`, such as `team/app:1.0`, and answers its descriptor. Without a tag it is stored under its
   * digest alone. No request is seen, no fault met, and no login asked for nor limit of size kept; what is wrong with the content is
   * found all the same.
   *
   * @throws RegistryError what a client that pushes such content would be answered
   */
  async push(reference: string, content: Content): Promise<OciDescriptor> {
    const { app, storage } = this.parts;
    const registry = {
      storage: storage.ports,
      manifests: app.get(ManifestsService, { strict: false }),
    };
    return pushContent(registry, this.parse(reference), content);
  }

  /**
   * What is stored as `reference`, such as `team/app:1.0` or `team/app@sha256:…`, with all that it names.
   *
   * @throws Error when it is not there, or part of it; the message says what is
   */
  async pull(reference: string): Promise<Content> {
    return pullContent(this.parts.storage.ports, this.parse(reference));
  }

  /** Whether there is a manifest with this tag or digest. */
  async has(reference: string): Promise<boolean> {
    return hasContent(this.parts.storage.ports, this.parse(reference));
  }

  /**
   * Loads an OCI image layout, a directory or a tar file, or a file that `docker save` wrote. Answers the names of the images.
   *
   * @throws UnusableSeed
   */
  async loadLayout(path: string): Promise<string[]> {
    const names: string[] = [];
    await seed(this.parts.storage.ports, path, (name) => names.push(name));
    return names;
  }

  /** Makes it an empty registry at the same address: nothing stored, no faults, no requests seen. What is under way is cut off. */
  async reset(): Promise<void> {
    this.parts.front.reset('the registry was reset');
    await this.parts.storage.replace();
  }

  /** Ends it with all connections to it. Nothing of it is left that would keep a process alive. */
  close(): Promise<void> {
    return (this.closing ??= this.end());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private parse(reference: string): ImageReference {
    return parseImageReference(reference, [this.host, new URL(this.url).host]);
  }

  private async end(): Promise<void> {
    const { app, storage, front } = this.parts;
    front.close();
    const server: Server = app.getHttpServer();
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await app.close();
    await closed;
    await storage.ports.close();
  }
}
