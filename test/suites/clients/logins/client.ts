import type { Bench } from '../bench.js';
import type { Finished } from '../command.js';
import type { OciLayout } from '../oci-layout.js';

/** A client as used by one person, with separate login files. Image names are given without the registry. */
export interface Person {
  logIn(name: string, password: string): Promise<Finished>;
  push(image: string): Promise<Finished>;
  pull(image: string): Promise<Finished>;
  /** Copies the image pushed as `from` to another repository. */
  copy(from: string, to: string): Promise<Finished>;
}

/** A person with a client that can delete. */
export interface Deleter extends Person {
  remove(image: string): Promise<Finished>;
}

/** A kind of client. */
export interface Client<P extends Person = Person> {
  readonly name: string;
  /** Whether a login is verified at once, and not only stored. */
  readonly triesLogins: boolean;
  /** Whether it pulls public images without a login, also with Basic logins. */
  readonly anonymousByBasic: boolean;
  /** Prepares the client and an image. Resolves to a function that creates persons by name. */
  readonly start: (bench: Bench, image: OciLayout) => Promise<(person: string) => Promise<P>>;
}

/** The tag of the image that clients push. */
export const TAG = '1.0';

/** Writes the image as a file of `docker save`, with a unique name. */
export async function archiveOf(bench: Bench, image: OciLayout, name: string): Promise<string> {
  const archive = bench.path(`${name}.tar`);
  const target = `docker-archive:${archive}:local/${name}:${TAG}`;
  await bench.run('skopeo', ['copy', '-q', `oci:${image.folder}:${TAG}`, target]);
  return archive;
}
