import { Socket } from "node:net";
import type { PostgresPool } from "kysely";
import pg from "pg";
import type { Log } from "../../../src/shared/log.ts";
import { DatabaseAway } from "../database-away.ts";
import { guarded } from "./guarded-client.ts";

export interface PoolOptions {
  /** `postgres://user:password@host:port/database` */
  url: string;
  /** How many connections there are at most. */
  size: number;
  /** For how long a statement may take. Undefined: for ever. */
  statementTimeoutMs: number | undefined;
}

export interface HurriedPool extends PostgresPool {
  /** What is not answered within this time fails, and so does what is asked after it. */
  hurry(withinMs: number): void;
}

/** To have a connection, be it a new one or one that somebody gives back. */
const CONNECT_TIMEOUT_MS = 5_000;
/** A server that stands still does not even say that a statement took too long. */
const ANSWER_MARGIN_MS = 1_000;
const IDLE_IN_TRANSACTION_MS = 10_000;
const KEEP_ALIVE_DELAY_MS = 10_000;
/** For connections to close, when the server is asked to; then they are cut. */
const CLOSE_GRACE_MS = 1_000;

/**
 * Connections for Kysely. What goes wrong with the connection and not with the statement is thrown as
 * DatabaseAway, and such a connection is not used again.
 */
export function openPool({ log }: { log: Log }, options: PoolOptions): HurriedPool {
  const sockets = new Set<Socket>();
  const pool = new pg.Pool({ ...connectionOptions(options, sockets), max: options.size });
  const tell = (error: Error) => log.warn({ problem: error.message }, "database connection lost");
  pool.on("error", tell);
  // One that is lent out has no other listener, and an error that nobody hears ends the process.
  pool.on("connect", (client) => client.on("error", () => undefined));
  let isOver = false;
  const cutAfter = (ms: number) => {
    const impatient = setTimeout(() => {
      isOver = true;
      for (const socket of sockets) socket.destroy();
    }, ms);
    impatient.unref();
  };
  return {
    async connect() {
      if (isOver) throwAway(new Error("the time to leave in order is over"));
      return guarded(await pool.connect().catch(throwAway));
    },
    async end() {
      cutAfter(CLOSE_GRACE_MS);
      await pool.end();
    },
    hurry: cutAfter,
  };
}

/** How each connection of a controller is made. The password stays in here. */
export function connectionOptions(
  { url, statementTimeoutMs }: Pick<PoolOptions, "url" | "statementTimeoutMs">,
  sockets = new Set<Socket>(),
): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: "hangar",
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    types: { getTypeParser },
    stream: () => remembered(new Socket(), sockets),
    ...(statementTimeoutMs === undefined
      ? {}
      : {
          statement_timeout: statementTimeoutMs,
          query_timeout: statementTimeoutMs + ANSWER_MARGIN_MS,
        }),
  };
}

const { INT8, NUMERIC } = pg.types.builtins;

/** What PostgreSQL counts with is wider than a number; what Hangar counts is not. */
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: "text" | "binary") =>
  oid === INT8 || oid === NUMERIC ? Number : pg.types.getTypeParser(oid, format as "text");

function remembered(socket: Socket, sockets: Set<Socket>): Socket {
  sockets.add(socket);
  socket.once("close", () => sockets.delete(socket));
  return socket;
}

function throwAway(error: unknown): never {
  throw new DatabaseAway(error);
}
