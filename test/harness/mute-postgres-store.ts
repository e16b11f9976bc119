import { Kysely, PostgresDialect } from "kysely";
import { onTestFinished } from "vitest";
import { localBus } from "../../controller/store/change-bus.ts";
import { kyselyStore } from "../../controller/store/kysely-store.ts";
import { postgresDialect } from "../../controller/store/postgres/postgres-dialect.ts";
import { openPool } from "../../controller/store/postgres/postgres-pool.ts";
import { settledEvents } from "../../controller/store/postgres/settled-events.ts";
import type { Store } from "../../controller/store/store.ts";
import type { Tables } from "../../controller/store/tables.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { recordingLog } from "./recording-log.ts";

/** A store that tells nobody of its changes, as if it died each time between commit and notification. */
export function aMuteStore(url: string): Store {
  const pool = openPool(recordingLog(), { url, size: 5, statementTimeoutMs: undefined });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const store = kyselyStore(db, {
    dialect: postgresDialect,
    bus: localBus(),
    hurry: () => undefined,
    settledEvents: () => settledEvents(db, systemClock),
  });
  onTestFinished(() => store[Symbol.asyncDispose]());
  return store;
}
