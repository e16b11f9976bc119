import { type Compilable, type CompiledQuery, type RawBuilder, sql } from "kysely";
import type { Connection, Session } from "./session.ts";
import type { SqlDialect } from "./sql-dialect.ts";

/** Stands in a query for a value that each execution brings along. */
class Blank {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** The values of a query, each an expression to be filled in. */
export type Blanks<Values> = { [Name in keyof Values]: RawBuilder<Values[Name]> };

/**
 * A query of the busy paths: put into words once for each dialect, and then only filled in. Building
 * and compiling one costs more than the database takes for it.
 */
export function prepared<Values extends object, Row>(
  words: (session: Session, blanks: Blanks<Values>) => Compilable<Row>,
): (session: Session, at: Connection, values: Values) => Promise<Row[]> {
  const compiled = new WeakMap<SqlDialect, CompiledQuery<Row>>();
  return async (session, at, values) => {
    const known = compiled.get(session.dialect) ?? words(session, blanks<Values>()).compile();
    compiled.set(session.dialect, known);
    const parameters = known.parameters.map((value) =>
      value instanceof Blank ? values[value.name as keyof Values] : value,
    );
    return (await at.executeQuery<Row>({ ...known, parameters })).rows;
  };
}

function blanks<Values>(): Blanks<Values> {
  return new Proxy({} as Blanks<Values>, {
    get: (_target, name) => sql`${new Blank(String(name))}`,
  });
}
