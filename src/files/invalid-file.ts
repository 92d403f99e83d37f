/** A mistake in a file that a person wrote. Lines and columns count from 1. */
export interface Mistake {
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly message: string;
}

/** Reports a file that cannot be used. The message has one line for each mistake, in the order of the file. */
export class InvalidFile extends Error {
  override readonly name = 'InvalidFile';

  constructor(
    readonly path: string,
    readonly mistakes: readonly Mistake[],
    options?: ErrorOptions,
  ) {
    super(
      mistakes.map((mistake) => `${lineAndColumn(path, mistake)}: ${mistake.message}`).join('\n'),
      options,
    );
  }
}

/** Returns the place as compilers write it, so that terminals and editors make a link of it. */
function lineAndColumn(path: string, { line, column }: Mistake): string {
  return [path, line, column].filter((part) => part !== undefined).join(':');
}
