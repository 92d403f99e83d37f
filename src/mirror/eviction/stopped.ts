/** The work must end before it is done. What it has removed so far is complete. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}
