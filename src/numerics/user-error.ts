/** Process exit code where the disk is full: the number of `ENOSPC`. */
export const FULL_DISK = 28;

/** 2 for wrong usage (flags, config), 28 for a full disk, 1 for anything else. */
export type UserExitCode = 1 | 2 | typeof FULL_DISK;

/** A mistake the user can mend: one sentence saying what was wrong, where, what was got and wanted, and what to do. Printed without a stack. */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly exitCode: UserExitCode;
  constructor(message: string, exitCode: UserExitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
