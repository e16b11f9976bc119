import { writeSync } from "node:fs";
import Database from "better-sqlite3";
import pg from "pg";

/** A moment at which a controller may die: `sent` is known of databases that are asked over a socket. */
export interface Point {
  when: "before" | "sent" | "after";
  statement: string;
  /** What was done before it in the same transaction. */
  previous?: string | undefined;
}

/** What is being done, and after what: the same in each run, however many points lie before it. */
export function momentOf({ when, statement, previous }: Point): string {
  return `${when} ${statement} after ${previous}`;
}

/** Kills the process the first time that it passes a moment; tells each point on stdout. */
export class Doom {
  readonly #moment: string | undefined;

  constructor(moment: string | undefined) {
    this.#moment = moment;
  }

  pass(point: Point): void {
    writeSync(1, `${JSON.stringify({ point })}\n`);
    if (momentOf(point) !== this.#moment) return;
    process.kill(process.pid, "SIGKILL");
    for (;;); // Nothing of this process happens any more.
  }
}

const WRITES = /^\s*(insert|update|delete|with|create|alter|drop|commit|select pg_notify)\b/i;
/** Parts that are committed together come one after another as it happens. */
const BEGINS_PART = /^\s*savepoint\b/i;
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
  previous: string | undefined;
  moments: readonly Point["when"][];
}

function reach({ doom, moments, statement, previous }: Step, when: Point["when"]): void {
  if (moments.includes(when)) doom.pass({ when, statement, previous });
}

/** Tells statements apart, and is short. */
function shortened(statement: string): string {
  return statement.slice(0, 120);
}

/** Every statement of the process's SQLite databases goes by the doom. */
export function doomSqlite(doom: Doom): void {
  const { prepare } = Database.prototype;
  let previous: string | undefined;
  Database.prototype.prepare = function (this: Database.Database, statement: string) {
    const prepared = prepare.call(this, statement) as Database.Statement<unknown[]>;
    for (const method of ["run", "all"] as const) {
      const original = prepared[method].bind(prepared) as (...args: unknown[]) => never;
      prepared[method] = (...args: unknown[]) => {
        const moments = pointsOf(statement, this.inTransaction).filter((when) => when !== "sent");
        const step = { doom, moments, statement: shortened(statement), previous };
        if (moments.length > 0) previous = step.statement;
        else if (BEGINS_PART.test(statement)) previous = undefined;
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
  const previously = new WeakMap<pg.Client, string>();
  const query = pg.Client.prototype.query as (...args: unknown[]) => Promise<unknown>;
  const doomed = async function (this: pg.Client, statement: unknown, ...rest: unknown[]) {
    const text = String(statement);
    const previous = inTransaction.has(this) ? previously.get(this) : undefined;
    const moments = pointsOf(text, inTransaction.has(this));
    const step = { doom, moments, statement: shortened(text), previous };
    previously.set(this, step.statement);
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
