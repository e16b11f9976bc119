import { writeSync } from "node:fs";
import Database from "better-sqlite3";
import pg from "pg";

/** A moment at which a controller may die: `sent` is known of databases that are asked over a socket. */
export interface Point {
  when: "before" | "sent" | "after";
  statement: string;
}

/** Kills the process at one point of those that it passes, counted from 1; tells each on stdout. */
export class Doom {
  readonly #at: number | undefined;
  #passed = 0;

  constructor(at: number | undefined) {
    this.#at = at;
  }

  pass(point: Point): void {
    this.#passed += 1;
    writeSync(1, `${JSON.stringify({ point })}\n`);
    if (this.#passed !== this.#at) return;
    process.kill(process.pid, "SIGKILL");
    for (;;); // Nothing of this process happens any more.
  }
}

const WRITES = /^\s*(insert|update|delete|with|create|alter|drop|commit|select pg_notify)\b/i;
const ENDS_TRANSACTION = /^\s*(commit|rollback)\b/i;

/** Before each write, and after each that stands for good. In between only the process itself changes. */
function pointsOf(statement: string, isInTransaction: boolean): Point["when"][] {
  if (!WRITES.test(statement)) return [];
  return ENDS_TRANSACTION.test(statement) || !isInTransaction
    ? ["before", "sent", "after"]
    : ["before"];
}

interface Step {
  doom: Doom;
  statement: string;
  moments: readonly Point["when"][];
}

function reach({ doom, statement, moments }: Step, when: Point["when"]): void {
  if (moments.includes(when)) doom.pass({ when, statement: statement.slice(0, 120) });
}

/** Every statement of the process's SQLite databases goes by the doom. */
export function doomSqlite(doom: Doom): void {
  const { prepare } = Database.prototype;
  Database.prototype.prepare = function (this: Database.Database, statement: string) {
    const prepared = prepare.call(this, statement) as Database.Statement<unknown[]>;
    for (const method of ["run", "all"] as const) {
      const original = prepared[method].bind(prepared) as (...args: unknown[]) => never;
      prepared[method] = (...args: unknown[]) => {
        const moments = pointsOf(statement, this.inTransaction).filter((when) => when !== "sent");
        const step = { doom, statement, moments };
        reach(step, "before");
        const result = original(...args);
        reach(step, "after");
        return result;
      };
    }
    return prepared as never;
  };
}

/** Every statement that the process sends to PostgreSQL goes by the doom. */
export function doomPostgres(doom: Doom): void {
  const inTransaction = new WeakSet<pg.Client>();
  const query = pg.Client.prototype.query as (...args: unknown[]) => Promise<unknown>;
  const doomed = async function (this: pg.Client, statement: unknown, ...rest: unknown[]) {
    const text = String(statement);
    const step = { doom, statement: text, moments: pointsOf(text, inTransaction.has(this)) };
    if (/^\s*begin\b/i.test(text)) inTransaction.add(this);
    if (ENDS_TRANSACTION.test(text)) inTransaction.delete(this);
    reach(step, "before");
    const answered = query.call(this, statement, ...rest);
    reach(step, "sent");
    const result = await answered;
    reach(step, "after");
    return result;
  };
  pg.Client.prototype.query = doomed as typeof pg.Client.prototype.query;
}

/** Lets half of a transaction stand: the proof that the checks see what is half done. */
export function breakTransactions(): void {
  const { prepare } = Database.prototype;
  Database.prototype.prepare = function (this: Database.Database, statement: string) {
    const isBracket = /^\s*(begin|commit|rollback|savepoint|release)\b/i.test(statement);
    return prepare.call(
      this,
      isBracket ? "update keys set tag = tag where 1 = 0" : statement,
    ) as never;
  };
}
