import type { Bench } from '../bench.js';
import type { Finished } from '../command.js';
import type { OciLayout } from '../oci-layout.js';

/** A client as one person uses it, whose login lies where no other's does. Names of images come without the registry. */
export interface Person {
  logIn(name: string, password: string): Promise<Finished>;
  push(image: string): Promise<Finished>;
  pull(image: string): Promise<Finished>;
  /** What was pushed as `from` goes to another repository. */
  copy(from: string, to: string): Promise<Finished>;
}

/** With a client that can delete. */
export interface Deleter extends Person {
  remove(image: string): Promise<Finished>;
}

/** A kind of client. */
export interface Client<P extends Person = Person> {
  readonly name: string;
  /** Whether a login is tried, and not only noted. */
  readonly triesLogins: boolean;
  /** Whether it pulls what is public without a login, also where logins are by Basic. */
  readonly anonymousByBasic: boolean;
  /** Gets the client and an image ready; the answer makes persons, by names of their own. */
  readonly start: (bench: Bench, image: OciLayout) => Promise<(person: string) => Promise<P>>;
}

/** The tag of the image that clients push. */
export const TAG = '1.0';

/** The image as a file of `docker save`, by a name of its own. */
export async function archiveOf(bench: Bench, image: OciLayout, name: string): Promise<string> {
  const archive = bench.path(`${name}.tar`);
  const target = `docker-archive:${archive}:local/${name}:${TAG}`;
  await bench.run('skopeo', ['copy', '-q', `oci:${image.folder}:${TAG}`, target]);
  return archive;
}
