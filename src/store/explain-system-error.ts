import { UserError } from "../numerics/user-error.ts";

/** Turns what the operating system refused (a file that is gone, no rights, a failing disk) into a sentence; other errors pass through. */
export function explainSystemError(error: unknown): unknown {
  const { code, syscall, path, message } = error as NodeJS.ErrnoException;
  if (!(error instanceof Error) || error instanceof UserError || code === undefined || syscall === undefined)
    return error;
  const where = path === undefined || message.includes(path) ? "" : ` (${path})`;
  return new UserError(
    `the system refused: ${message}${where}; put that right and run the same command again, finished work is kept`,
  );
}
