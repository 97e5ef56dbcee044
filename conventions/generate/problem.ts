/** Something in the model that must be put right before anything is generated from it. */
export interface Problem {
  /** Path of the file, from `conventions/`. */
  readonly file: string;
  /** The name or id that is at fault. */
  readonly id: string;
  readonly expected: string;
}

/** One line for people. */
function describeProblem({ file, id, expected }: Problem): string {
  return `${file}: ${id}: expected ${expected}`;
}

/** The model cannot be generated from; carries every problem, not the first. */
export class ModelError extends Error {
  override readonly name = "ModelError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(describeProblem).join("\n"));
    this.problems = problems;
  }
}
