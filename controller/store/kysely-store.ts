import { type Kysely, sql } from "kysely";
import type { AcmeStore } from "./acme-store.ts";
import type { ChangeBus } from "./change-bus.ts";
import * as acme from "./queries/acme.ts";
import * as actions from "./queries/actions.ts";
import * as activity from "./queries/activity.ts";
import * as apiKeys from "./queries/api-keys.ts";
import * as backends from "./queries/backends.ts";
import { census } from "./queries/census.ts";
import * as controllers from "./queries/controllers.ts";
import * as drones from "./queries/drones.ts";
import * as leases from "./queries/leases.ts";
import * as proxies from "./queries/proxies.ts";
import * as refusals from "./queries/refusals.ts";
import * as reports from "./queries/reports.ts";
import * as routes from "./queries/routes.ts";
import * as spawns from "./queries/spawn.ts";
import * as stranded from "./queries/stranded.ts";
import { tidy } from "./queries/tidy.ts";
import * as tokens from "./queries/tokens.ts";
import type { Session } from "./session.ts";
import type { SqlDialect } from "./sql-dialect.ts";
import type { Store } from "./store.ts";
import type { Tables } from "./tables.ts";

/** What differs from database to database. */
interface Below {
  dialect: SqlDialect;
  bus: ChangeBus;
  hurry: Store["hurry"];
}

/** The one implementation of each query, over whichever database stands below. */
export function kyselyStore(db: Kysely<Tables>, { dialect, bus, hurry }: Below): Store {
  const session: Session = { db, dialect, announce: (change) => bus.publish(change) };
  const bound = binderTo(session);
  return {
    subscribe: (listener) => bus.subscribe(listener),
    ping: async () => void (await sql`select 1`.execute(db)),
    insertApiKey: bound(apiKeys.insertApiKey),
    findApiKey: bound(apiKeys.findApiKey),
    beat: bound(controllers.beat),
    removeController: bound(controllers.removeController),
    listControllers: bound(controllers.listControllers),
    census: bound(census),
    forgiveOutage: bound(controllers.forgiveOutage),
    attachDrone: bound(drones.attachDrone),
    detachDrone: bound(drones.detachDrone),
    recordHeartbeat: bound(drones.recordHeartbeat),
    renewLease: bound(leases.renewLease),
    fenceLapsed: bound(leases.fenceLapsed),
    drain: bound(drones.drain),
    undrain: bound(drones.undrain),
    listDrones: bound(drones.listDrones),
    getDrone: bound(drones.getDrone),
    findKeyHolder: bound(backends.findKeyHolder),
    spawn: bound(spawns.spawn),
    admit: bound(tokens.admit),
    preventRenew: bound(leases.preventRenew),
    getBackend: bound(backends.getBackend),
    listBackends: bound(backends.listBackends),
    timeline: bound(backends.timeline),
    openConnections: bound(activity.openConnections),
    leaseOf: bound(leases.leaseOf),
    idleness: bound(activity.idleness),
    refusals: bound(refusals.refusals),
    setProgress: bound(backends.setProgress),
    recordReport: bound(reports.recordReport),
    reconcile: bound(reports.reconcile),
    pendingActions: bound(actions.pendingActions),
    dronesWithActions: bound(actions.dronesWithActions),
    ackAction: bound(actions.ackAction),
    refuseSpawn: bound(stranded.refuseSpawn),
    strandedSpawns: bound(stranded.strandedSpawns),
    moveSpawn: bound(stranded.moveSpawn),
    abandonSpawn: bound(stranded.abandonSpawn),
    terminate: bound(actions.terminate),
    sweep: bound(actions.sweep),
    resolveRoute: bound(routes.resolveRoute),
    recordActivity: bound(activity.recordActivity),
    listProxies: bound(proxies.listProxies),
    ...acmeStore(session),
    tidy: bound(tidy),
    hurry,
    async [Symbol.asyncDispose]() {
      await bus[Symbol.asyncDispose]();
      await db.destroy();
    },
  };
}

function acmeStore(session: Session): AcmeStore {
  const bound = binderTo(session);
  return {
    claimOrder: bound(acme.claimOrder),
    releaseOrder: bound(acme.releaseOrder),
    setChallenge: bound(acme.setChallenge),
    challengeOf: bound(acme.challengeOf),
    putCertificate: bound(acme.putCertificate),
    getCertificate: bound(acme.getCertificate),
    keepAccountKey: bound(acme.keepAccountKey),
  };
}

function binderTo(session: Session) {
  return <Rest extends unknown[], Result>(query: (session: Session, ...rest: Rest) => Result) =>
    (...rest: Rest) =>
      query(session, ...rest);
}
