import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';

import { byteOrder } from '../../domain/byte-order.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { RepositoryCatalog } from '../ports/repository-catalog.js';
import { absentIfMissing } from './fs-errors.js';
import { type Layout } from './layout.js';
import { breathe } from './metadata.js';
import { decodeRepository } from './names.js';

/** Repositories looked at before the event loop gets a turn. */
const REPOSITORIES_A_TURN = 200;

/** Repositories as directories; the one for manifests is made with the first of them. */
export class FileRepositoryCatalog extends RepositoryCatalog {
  constructor(private readonly layout: Layout) {
    super();
  }

  override async has(repository: RepositoryName): Promise<boolean> {
    return this.exists(repository);
  }

  override async *list(after = ''): AsyncIterable<RepositoryName> {
    const files = (await readdir(this.layout.repositories).catch(absentIfMissing)) ?? [];
    const names = files.map(decodeRepository).filter((name) => name !== undefined);
    const wanted = names.filter((name) => byteOrder(name, after) > 0).sort(byteOrder);
    for (const [index, name] of wanted.entries()) {
      if (this.exists(name)) yield name;
      if (index % REPOSITORIES_A_TURN === REPOSITORIES_A_TURN - 1) await breathe();
    }
  }

  private exists(repository: RepositoryName): boolean {
    const manifests = this.layout.manifests(repository);
    return statSync(manifests, { throwIfNoEntry: false }) !== undefined;
  }
}
