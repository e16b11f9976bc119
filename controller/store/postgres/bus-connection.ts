import type { Socket } from "node:net";
import pg from "pg";
import { connectionOptions } from "./postgres-pool.ts";
import type { Query } from "./replay.ts";

const CHANNEL = "hangar_changes";
/** Every commit that has notes waits for all others that have; and a lost note is made up for. */
const SESSION = `set synchronous_commit = off; listen ${CHANNEL}`;
const NOTIFY = `select pg_notify('${CHANNEL}', note) from unnest($1::text[]) note`;
const STATEMENT_TIMEOUT_MS = 5_000;
const CLOSE_GRACE_MS = 1_000;

/** A connection that hears notes and sends them. */
export interface BusConnection extends AsyncDisposable {
  /** Aborted once it is of no use any more, with the reason. */
  readonly lost: AbortSignal;
  readonly query: Query;
  send(notes: readonly string[]): Promise<void>;
}

/** Resolves once it hears. */
export async function openBusConnection(
  url: string,
  hear: (note: string) => void,
): Promise<BusConnection> {
  const sockets = new Set<Socket>();
  const options = connectionOptions({ url, statementTimeoutMs: STATEMENT_TIMEOUT_MS }, sockets);
  const client = new pg.Client({ ...options, application_name: "hangar changes" });
  const connection = new ClientConnection(client, sockets);
  client.on("notification", ({ payload }) => hear(payload ?? ""));
  try {
    await client.connect();
    await client.query(SESSION);
    return connection;
  } catch (error) {
    await connection[Symbol.asyncDispose]();
    throw error;
  }
}

class ClientConnection implements BusConnection {
  readonly #client: pg.Client;
  readonly #sockets: ReadonlySet<Socket>;
  readonly #lost = new AbortController();
  /** A client takes one statement after another. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(client: pg.Client, sockets: ReadonlySet<Socket>) {
    this.#client = client;
    this.#sockets = sockets;
    client.on("error", (error) => this.#lost.abort(error));
    client.on("end", () => this.#lost.abort(new Error("the connection was closed")));
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  readonly query: Query = <Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> => {
    const rows = this.#turn.then(async () => (await this.#client.query(text, [...values])).rows);
    // Whatever failed: another connection may do better, and looks for what was missed.
    this.#turn = rows.catch((error) => this.#lost.abort(error));
    return rows;
  };

  async send(notes: readonly string[]): Promise<void> {
    await this.query(NOTIFY, [notes]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const impatient = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, CLOSE_GRACE_MS);
    await this.#client.end().catch(() => undefined);
    clearTimeout(impatient);
  }
}
