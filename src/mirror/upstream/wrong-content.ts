/** The upstream sends other content than the digest names. */
export class WrongContent extends Error {
  override readonly name = 'WrongContent';
}
