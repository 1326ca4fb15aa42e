/** The line of a terminal that says what is under way. Nothing is said of what is soon done. */
export class LiveLine {
  private isShown = false;

  /** `elapsed`: milliseconds since the command began. */
  constructor(
    private readonly write: (text: string) => void,
    private readonly elapsed: () => number,
  ) {}

  tell(stage: string): void {
    if (this.elapsed() < unnoticed) return;
    this.write(`\r${stage}${restOfLine}`);
    this.isShown = true;
  }

  /** Before anything else is written. */
  clear(): void {
    if (this.isShown) this.write(`\r${restOfLine}`);
    this.isShown = false;
  }
}

/** Milliseconds. */
const unnoticed = 1000;

/** Terminals blank what is right of the cursor. */
const restOfLine = '\u001b[K';
