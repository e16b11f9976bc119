import { type Kysely, sql } from "kysely";
import type { AccessStore } from "./access-store.ts";
import type { AcmeStore } from "./acme-store.ts";
import type { ChangeBus } from "./change-bus.ts";
import type { FleetStore } from "./fleet-store.ts";
import * as acme from "./queries/acme.ts";
import * as actions from "./queries/actions.ts";
import * as activity from "./queries/activity.ts";
import * as apiKeys from "./queries/api-keys.ts";
import * as audit from "./queries/audit.ts";
import * as backends from "./queries/backends.ts";
import { census } from "./queries/census.ts";
import * as controllers from "./queries/controllers.ts";
import * as drones from "./queries/drones.ts";
import * as events from "./queries/events.ts";
import * as leases from "./queries/leases.ts";
import * as proxies from "./queries/proxies.ts";
import * as refusals from "./queries/refusals.ts";
import * as reports from "./queries/reports.ts";
import * as revocations from "./queries/revocations.ts";
import * as routes from "./queries/routes.ts";
import * as serviceWrites from "./queries/service-writes.ts";
import * as services from "./queries/services.ts";
import * as sessions from "./queries/sessions.ts";
import * as spawns from "./queries/spawn.ts";
import * as stranded from "./queries/stranded.ts";
import { tidy } from "./queries/tidy.ts";
import * as tokenList from "./queries/token-list.ts";
import * as tokens from "./queries/tokens.ts";
import type { ServiceStore } from "./service-store.ts";
import type { Session } from "./session.ts";
import type { SqlDialect } from "./sql-dialect.ts";
import type { Store } from "./store.ts";
import type { Tables } from "./tables.ts";
import type { TokenStore } from "./token-store.ts";

/** What differs from database to database. */
interface Below {
  dialect: SqlDialect;
  bus: ChangeBus;
  hurry: Store["hurry"];
  settledEvents: Session["settledEvents"];
}

/** The one implementation of each query, over whichever database stands below. */
export function kyselyStore(db: Kysely<Tables>, below: Below): Store {
  const { dialect, bus, hurry, settledEvents } = below;
  const announce: Session["announce"] = (change) => bus.publish(change);
  const session: Session = { db, dialect, announce, settledEvents };
  const bound = binderTo(session);
  return {
    subscribe: (listener) => bus.subscribe(listener),
    post: (to, text) => bus.post(to, text),
    onPost: (address, listener) => bus.onPost(address, listener),
    ping: async () => void (await sql`select 1`.execute(db)),
    ...fleetStore(session),
    census: bound(census),
    findKeyHolder: bound(backends.findKeyHolder),
    spawn: bound(spawns.spawn),
    admit: bound(tokens.admit),
    preventRenew: bound(leases.preventRenew),
    getBackend: bound(backends.getBackend),
    listBackends: bound(backends.listBackends),
    timeline: bound(backends.timeline),
    listEvents: bound(events.listEvents),
    openConnections: bound(activity.openConnections),
    openConnectionsOf: bound(activity.openConnectionsOf),
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
    ...accessStore(session),
    ...acmeStore(session),
    ...serviceStore(session),
    ...tokenStore(session),
    tidy: bound(tidy),
    hurry,
    async [Symbol.asyncDispose]() {
      await bus[Symbol.asyncDispose]();
      await db.destroy();
    },
  };
}

function fleetStore(session: Session): FleetStore {
  const bound = binderTo(session);
  return {
    beat: bound(controllers.beat),
    removeController: bound(controllers.removeController),
    listControllers: bound(controllers.listControllers),
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
    controllerOf: bound(drones.controllerOf),
    listProxies: bound(proxies.listProxies),
  };
}

function accessStore(session: Session): AccessStore {
  const bound = binderTo(session);
  return {
    insertApiKey: bound(apiKeys.insertApiKey),
    createApiKey: bound(apiKeys.createApiKey),
    listApiKeys: bound(apiKeys.listApiKeys),
    revokeApiKey: bound(apiKeys.revokeApiKey),
    findApiKey: bound(apiKeys.findApiKey),
    stillGood: bound(apiKeys.stillGood),
    touchApiKeys: bound(apiKeys.touchApiKeys),
    openSession: bound(sessions.openSession),
    findSession: bound(sessions.findSession),
    closeSession: bound(sessions.closeSession),
    listAudit: bound(audit.listAudit),
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

function serviceStore(session: Session): ServiceStore {
  const bound = binderTo(session);
  return {
    createService: bound(serviceWrites.createService),
    putService: bound(serviceWrites.putService),
    getService: bound(services.getService),
    listServices: bound(services.listServices),
    deleteService: bound(serviceWrites.deleteService),
    setServiceImage: bound(serviceWrites.setServiceImage),
    recordServiceSpawn: bound(serviceWrites.recordServiceSpawn),
  };
}

function tokenStore(session: Session): TokenStore {
  const bound = binderTo(session);
  return {
    listTokens: bound(tokenList.listTokens),
    revokeToken: bound(revocations.revokeToken),
    revokeTokens: bound(revocations.revokeTokens),
    revocation: bound(revocations.revocation),
    revocationsOf: bound(revocations.revocationsOf),
  };
}

function binderTo(session: Session) {
  return <Rest extends unknown[], Result>(query: (session: Session, ...rest: Rest) => Result) =>
    (...rest: Rest) =>
      query(session, ...rest);
}
