/**
 * A mirror of another registry, as a program describes it: the keys of an entry of the mirrors file. Names of files are relative to the
 * working directory of the process.
 */
export interface MirrorOptions {
  /** The first part of its repositories' names, such as `docker.io`. */
  readonly name: string;
  /** The other registry, such as `https://registry-1.docker.io`. */
  readonly url: string;
  /** Further values of the parameter `ns` that mean this mirror. */
  readonly also?: readonly string[];
  /** Whether `alpine` means `library/alpine`; by default only for Docker Hub. */
  readonly library?: boolean;
  /** How to log in to the other registry: a file with the password, or a credential helper of docker. */
  readonly login?:
    | { readonly user: string; readonly passwordFile: string }
    | { readonly command: readonly string[] };
  /** Who may have what the login reads. Needed with a login. */
  readonly content?: 'public' | 'private';
  /** Where the login may be sent, if not to the host of `url`. */
  readonly realm?: string;
  /** A PEM file with the CA of the other registry's certificate. */
  readonly ca?: string;
  /** The URL of a proxy by which the other registry is reached. */
  readonly proxy?: string;
  /** `private` if the other registry has private addresses, such as 127.0.0.1; `public` by default. */
  readonly addresses?: 'public' | 'private';
  /** Patterns of the other registry's repositories. `deny` wins; without `allow` everything is allowed. */
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  /** Users and groups who may cause a request to the other registry; by default everybody who may pull. */
  readonly fetch?: readonly string[];
  /** Whether only what is kept is served, and the other registry is never asked. */
  readonly offline?: boolean;
  /** How long a tag is served before the other registry is asked again, such as `5m`. */
  readonly fresh?: string;
  /** How long a tag is served while the other registry fails, such as `30d`. */
  readonly stale?: string;
  /** How long it is remembered that something does not exist, such as `1m`. */
  readonly missing?: string;
  /** How many downloads run at once; 8 by default. */
  readonly connections?: number;
  /** What is kept: images that were pulled within `unused`, such as `30d`, and at most `bytes`, such as `50GiB`. By default everything. */
  readonly keep?: { readonly unused?: string; readonly bytes?: string | number };
  /** Tags that are always kept, such as `library/alpine:3.*`. */
  readonly pin?: readonly string[];
  /** Images that are fetched before a client asks for them, such as `library/node:24`, how often, and for which platforms of indexes. */
  readonly warm?: {
    readonly images: readonly string[];
    readonly every?: string;
    readonly platforms?: readonly string[];
  };
}
