import { statSync } from 'node:fs';

import { byteOrder } from '../../domain/byte-order.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { RepositoryCatalog } from '../ports/repository-catalog.js';
import { yieldEvery } from '../protocol/yield-every.js';
import { type Layout } from './layout.js';
import { allNames } from './disk/list-names.js';
import { decodeRepository } from './names.js';

/** Lists the repositories that have a directory for manifests, which is created with the first manifest. */
export class FileRepositoryCatalog extends RepositoryCatalog {
  constructor(private readonly layout: Layout) {
    super();
  }

  override async has(repository: RepositoryName): Promise<boolean> {
    return this.exists(repository);
  }

  override async *list(after = ''): AsyncIterable<RepositoryName> {
    const files = await allNames(this.layout.repositories);
    const names = files.map(decodeRepository).filter((name) => name !== undefined);
    const wanted = names.filter((name) => byteOrder(name, after) > 0).sort(byteOrder);
    for await (const name of yieldEvery(wanted)) {
      if (this.exists(name)) yield name;
    }
  }

  private exists(repository: RepositoryName): boolean {
    const manifests = this.layout.manifests(repository);
    return statSync(manifests, { throwIfNoEntry: false }) !== undefined;
  }
}
