/** The result of a check. `advice` is set if something has to change. */
export interface Finding {
  readonly text: string;
  readonly advice?: string;
}

/** Collects findings and reports each one at once. */
export class Findings {
  private readonly all: Finding[] = [];

  constructor(private readonly tell: (finding: Finding) => void) {}

  good(text: string): void {
    this.add({ text });
  }

  bad(text: string, advice: string): void {
    this.add({ text, advice });
  }

  get failed(): number {
    return this.all.filter(({ advice }) => advice !== undefined).length;
  }

  private add(finding: Finding): void {
    this.all.push(finding);
    this.tell(finding);
  }
}
