/** A mistake the user can mend: one sentence saying what was wrong, where, what was got and wanted, and what to do. Printed without a stack. */
export class UserError extends Error {
  override readonly name = "UserError";
  /** Process exit code: 2 for wrong usage (flags, config), 1 for anything else. */
  readonly exitCode: 1 | 2;
  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
