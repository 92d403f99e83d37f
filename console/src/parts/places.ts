/** The addresses of the pages below the console. Links are written by these functions only. */

/** An image: a repository, and a tag or a digest of it. */
export interface ImageName {
  readonly repository: string;
  readonly reference: string;
}

/** Returns the address of a folder in the tree of repositories. The name of a folder ends with a slash; that of the root is empty. */
export function folderPlace(folder: string): string {
  return `/repositories?under=${encodeURIComponent(folder).replaceAll('%2F', '/')}`;
}

/** Returns the address of a repository's page. */
export function repositoryPlace(name: string, tab?: string): string {
  return `/repositories/${name}${tab === undefined ? '' : `?tab=${tab}`}`;
}

/** Returns the address of an image's page. */
export function imagePlace(image: ImageName): string {
  return `/images/${imageText(image)}`;
}

/** Returns `NAME:TAG` or `NAME@DIGEST`, as image clients write it. */
export function imageText({ repository, reference }: ImageName): string {
  return `${repository}${reference.includes(':') ? '@' : ':'}${reference}`;
}

/** Reads `NAME:TAG` or `NAME@DIGEST`. Returns `undefined` for another text. */
export function parseImage(text: string): ImageName | undefined {
  const [, repository, digest, tag] = /^([^:@]+)(?:@([^@]+:[^@]+)|:([^:@]+))$/.exec(text) ?? [];
  const reference = digest ?? tag;
  if (repository === undefined || reference === undefined) return undefined;
  return { repository, reference };
}

/** Two images to compare. `other` is the repository of the second, if it is another one. */
export interface ComparedImages {
  readonly repository: string;
  /** A tag or a digest of each. */
  readonly a: string;
  readonly b: string;
  readonly other?: string;
  /** Such as `linux/arm64`, if they are of many platforms. */
  readonly platform?: string;
}

/** Returns the address of the page that compares two images. */
export function comparePlace({ repository, a, b, other, platform }: ComparedImages): string {
  const params = new URLSearchParams({
    repository,
    a,
    b,
    ...(other !== undefined && other !== repository && { with: other }),
    ...(platform !== undefined && { platform }),
  });
  return `/compare?${params.toString()}`;
}
