import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A mirrors file in a directory of its own. */
export class MirrorsFile {
  private constructor(
    readonly directory: string,
    /** The setting that names the file. */
    readonly environment: { readonly REGISTRY_MIRRORS_FILE: string },
  ) {}

  /** @param others the texts of files beside it, by their names */
  static async write(
    text: string,
    others: Readonly<Record<string, string>> = {},
  ): Promise<MirrorsFile> {
    const directory = await mkdtemp(join(tmpdir(), 'berth-mirrors-'));
    const path = join(directory, 'mirrors.yaml');
    await writeFile(path, text);
    for (const [name, other] of Object.entries(others)) {
      await writeFile(join(directory, name), other);
    }
    return new MirrorsFile(directory, { REGISTRY_MIRRORS_FILE: path });
  }

  /** Replaces the file at once, so that nobody reads a part of it. */
  async change(text: string): Promise<void> {
    const path = this.environment.REGISTRY_MIRRORS_FILE;
    await writeFile(`${path}.new`, text);
    await rename(`${path}.new`, path);
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}
