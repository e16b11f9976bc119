import { CliError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";

/** A wrong one is not told back, as Commander would: there may be a password in it. */
export function parseDatabaseUrl(text: string): string {
  if (URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)) return text;
  throw new CliError("--database (or HANGAR_DATABASE) is not the URL of a PostgreSQL database.", {
    exitCode: EXIT.usage,
    hints: ["Expected postgres://user:password@host:5432/database."],
  });
}

/** The URL as it may be shown: without its password and its parameters. */
export function shownDatabase(url: string): string {
  const { protocol, username, host, pathname } = new URL(url);
  return `${protocol}//${username === "" ? "" : `${username}@`}${host}${pathname}`;
}
