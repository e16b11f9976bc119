import { type Kysely, sql } from "kysely";
import * as actions from "./queries/actions.ts";
import * as activity from "./queries/activity.ts";
import * as apiKeys from "./queries/api-keys.ts";
import * as backends from "./queries/backends.ts";
import * as drones from "./queries/drones.ts";
import * as reports from "./queries/reports.ts";
import * as routes from "./queries/routes.ts";
import * as spawns from "./queries/spawn.ts";
import * as tokens from "./queries/tokens.ts";
import type { Session } from "./session.ts";
import type { SqlDialect } from "./sql-dialect.ts";
import type { Change, Store } from "./store.ts";
import type { Tables } from "./tables.ts";

/** The one implementation of each query, over whichever database stands below. */
export function kyselyStore(db: Kysely<Tables>, dialect: SqlDialect): Store {
  const listeners = new Set<(change: Change) => void>();
  const session: Session = {
    db,
    dialect,
    announce: (change) => {
      for (const listener of listeners) listener(change);
    },
  };
  const bound =
    <Rest extends unknown[], Result>(query: (session: Session, ...rest: Rest) => Result) =>
    (...rest: Rest) =>
      query(session, ...rest);
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    ping: async () => void (await sql`select 1`.execute(db)),
    insertApiKey: bound(apiKeys.insertApiKey),
    findApiKey: bound(apiKeys.findApiKey),
    attachDrone: bound(drones.attachDrone),
    detachDrone: bound(drones.detachDrone),
    recordHeartbeat: bound(drones.recordHeartbeat),
    listDrones: bound(drones.listDrones),
    getDrone: bound(drones.getDrone),
    findKeyHolder: bound(backends.findKeyHolder),
    spawn: bound(spawns.spawn),
    admit: bound(tokens.admit),
    getBackend: bound(backends.getBackend),
    listBackends: bound(backends.listBackends),
    timeline: bound(backends.timeline),
    setProgress: bound(backends.setProgress),
    openConnections: bound(activity.openConnections),
    recordReport: bound(reports.recordReport),
    reconcile: bound(reports.reconcile),
    pendingActions: bound(actions.pendingActions),
    ackAction: bound(actions.ackAction),
    terminate: bound(actions.terminate),
    sweep: bound(actions.sweep),
    resolveRoute: bound(routes.resolveRoute),
    recordActivity: bound(activity.recordActivity),
    tidy: bound(tokens.tidy),
    forgiveOutage: bound(activity.forgiveOutage),
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}
