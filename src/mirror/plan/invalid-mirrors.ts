/** Reports mirrors of a program that cannot be used. The message has one line for each mistake, such as `mirrors[0]: …`. */
export class InvalidMirrors extends Error {
  override readonly name = 'InvalidMirrors';
}
