/**
 * The database cannot be reached, or does not answer in time. Whether it has done what it was asked is
 * unknown: who asks again must ask for something that may have happened already.
 */
export class DatabaseAway extends Error {
  override readonly name = "DatabaseAway";

  constructor(cause: unknown) {
    super(`the database is away: ${messageOf(cause)}`, { cause });
  }
}

/** A file that another process keeps locked, or a disk that is full or failing. */
const SQLITE_AWAY = /^SQLITE_(BUSY|LOCKED|IOERR|FULL|CANTOPEN|PROTOCOL)/;

/** Whether the database is at fault, and not who asked: later it may work. */
export function isDatabaseAway(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  if (error instanceof DatabaseAway) return true;
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === "string" && SQLITE_AWAY.test(code)) return true;
  return isDatabaseAway(error.cause);
}

/** A host name that has several addresses fails with one error for each, and without a message. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return messageOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
