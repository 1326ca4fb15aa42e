/** What became of one case. */
export interface CaseResult {
  readonly id: string;
  readonly verdict: 'agreed' | 'disagreed' | 'not-applicable';
  /** What differs first and how often, or why the case does not apply, or what of an agreed case was left out. */
  readonly note?: string;
}

/** Collects single comparisons of a case. */
export class Tally {
  compared = 0;
  private wrong = 0;
  private first: string | undefined;

  /** `label` is made only where something differs. */
  expect(isEqual: boolean, label: () => string): void {
    this.compared += 1;
    if (isEqual) return;
    this.wrong += 1;
    this.first ??= label();
  }

  result(id: string, leftOut?: string): CaseResult {
    if (this.wrong > 0)
      return { id, verdict: 'disagreed', note: `${this.first} (${this.wrong} of ${this.compared} differ)` };
    return { id, verdict: 'agreed', ...(leftOut !== undefined && { note: leftOut }) };
  }
}
