import pg from "pg";
import { DatabaseAway } from "../database-away.ts";

/** Classes and codes of SQLSTATE that speak of the server's own state, not of what it was asked. */
const AWAY_STATES = new RegExp(
  `^(${[
    "08...", // connection exception
    "28...", // not let in
    "3D000", // no such database
    "53...", // out of connections, memory or disk
    "57014", // the statement took too long
    "57P..", // shutting down, starting up, crashed
    "58...", // its disk fails
    "25006", // a standby, which takes no writes
    "25P03", // idle in a transaction for too long
    "55P03", // a lock was not to be had in time
  ].join("|")})$`,
);
/** The client's own words, which have no code. */
const AWAY_WORDS =
  /connection (terminated|error|timeout)|timeout exceeded|query read timeout|client was closed/i;
const NETWORK_CODES = /^(E[A-Z]+|ERR_(TLS|SSL)_\w+)$/;
/** The server has said what was wrong, and goes on listening. */
const CONNECTION_GOES_ON = ["57014", "55P03", "53100", "53200", "25006"];

/** What went wrong, as callers shall see it. */
export function translated(error: unknown): unknown {
  return isAway(error) ? new DatabaseAway(error) : error;
}

function isAway(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return AWAY_STATES.test(error.code ?? "");
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return (code !== undefined && NETWORK_CODES.test(code)) || AWAY_WORDS.test(error.message);
}

/**
 * Whether the connection may still be used. One that was given up in the middle of a statement may not:
 * what it was asked could yet be done, inside the next user's transaction.
 */
export function connectionGoesOn(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return false;
  return !isAway(error) || CONNECTION_GOES_ON.includes(error.code ?? "");
}

/** Serialization failure and deadlock: asked anew it may succeed, and nothing of it was done. */
const UNDONE_STATES = ["40001", "40P01"];

export function wasUndoneForAnother(error: unknown): boolean {
  return error instanceof pg.DatabaseError && UNDONE_STATES.includes(error.code ?? "");
}
