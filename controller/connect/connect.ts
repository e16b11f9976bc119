import { isEnding } from "../../src/protocol/backend-state.ts";
import type { ConnectRequest, ConnectResponse } from "../../src/protocol/connect.ts";
import { ApiError } from "../../src/protocol/errors.ts";
import { newBackendId } from "../../src/protocol/ids.ts";
import { CONNECT_WAIT_SECONDS } from "../../src/protocol/timings.ts";
import type { Clock } from "../../src/shared/clock.ts";
import { within } from "../../src/shared/within.ts";
import type { ChangeFeed } from "../change-feed.ts";
import type { BackendRecord, Store } from "../store/store.ts";
import { isSettled, waitForBackend } from "../watch-backend.ts";
import { chooseDrone } from "./choose-drone.ts";
import { type Admission, connectResponse } from "./connect-response.ts";
import { checkConnect, newToken, planSpawn } from "./plan-spawn.ts";

export interface ConnectDeps {
  store: Store;
  changes: ChangeFeed;
  clock: Clock;
  random(): number;
  defaultCluster: string;
  /** What the public URLs of an answer begin with. */
  publicUrl(): string;
  droneUnhealthyMs: number;
}

/** Get-or-create: the key's live backend, or a new one; and a token for it. */
export async function connect(
  deps: ConnectDeps,
  request: ConnectRequest,
  signal: AbortSignal,
): Promise<ConnectResponse> {
  checkConnect(request);
  const waitMs = (request.wait_seconds ?? CONNECT_WAIT_SECONDS) * 1_000;
  return await within(deps.clock, waitMs, signal, async (deadline) => {
    const admission = await admitOrSpawn(deps, request, deadline);
    const { backend } = admission;
    if (request.wait !== "ready") return connectResponse(deps, admission, backend);
    const settled = await waitForBackend(deps, backend.id, isSettled, deadline);
    return connectResponse(deps, admission, settled ?? backend);
  });
}

/** Ends: each round but the last has found a holder that is gone, or lost a race that another won. */
async function admitOrSpawn(
  deps: ConnectDeps,
  request: ConnectRequest,
  deadline: AbortSignal,
): Promise<Admission> {
  for (;;) {
    const holder = request.key && (await deps.store.findKeyHolder(lookupOf(request.key)));
    const admission =
      holder === undefined
        ? await spawn(deps, request)
        : await join(deps, request, holder, deadline);
    if (admission !== undefined) return admission;
  }
}

function lookupOf({ name, namespace = "" }: NonNullable<ConnectRequest["key"]>) {
  return { name, namespace };
}

/** Undefined if the holder ended meanwhile, and the key must be looked up again. */
async function join(
  deps: ConnectDeps,
  request: ConnectRequest,
  holder: BackendRecord,
  deadline: AbortSignal,
): Promise<Admission | undefined> {
  const tag = request.key?.tag ?? "";
  if (isEnding(holder.state.status)) return await outwait(deps, holder, deadline);
  if (holder.key.tag !== tag) {
    throw new ApiError(
      "key-held",
      `the key is held by a backend with the tag "${holder.key.tag}"`,
      {
        details: { backend_id: holder.id, tag: holder.key.tag },
      },
    );
  }
  refuseLostIdentity(request, holder);
  const token = hasOwnTokens(holder) ? newToken(request) : null;
  const admitted = await deps.store.admit(holder.id, token);
  if (admitted === undefined) return await outwait(deps, holder, deadline);
  return { backend: holder, token, spawned: false, expiresAt: admitted.expiresAt };
}

/** Each connect to such a backend mints a token of its own, with its own user. */
function hasOwnTokens({ access, staticToken }: BackendRecord): boolean {
  return access === "token" && staticToken === null;
}

function refuseLostIdentity({ user, auth }: ConnectRequest, holder: BackendRecord): void {
  if (hasOwnTokens(holder) || (user === undefined && auth === undefined)) return;
  throw new ApiError(
    "invalid-request",
    "user and auth would be lost: the key's backend is public or has a static token",
    { details: { backend_id: holder.id } },
  );
}

async function outwait(
  deps: ConnectDeps,
  holder: BackendRecord,
  deadline: AbortSignal,
): Promise<undefined> {
  const ended = (backend: BackendRecord) => backend.state.status === "terminated";
  const last = await waitForBackend(deps, holder.id, ended, deadline);
  if (last !== undefined && ended(last)) return;
  throw new ApiError("key-ending", "the key's last backend has not ended yet; try again", {
    details: { backend_id: holder.id },
    retryAfterSeconds: 1,
  });
}

/** Undefined if another claimed the key first. */
async function spawn(deps: ConnectDeps, request: ConnectRequest): Promise<Admission | undefined> {
  if (request.spawn === undefined) {
    throw new ApiError("key-not-held", "no backend holds this key, and no spawn config was given");
  }
  const cluster = request.spawn.cluster?.toLowerCase() ?? deps.defaultCluster;
  const plan = planSpawn(newBackendId(), request, request.spawn, cluster);
  const drone = await place(deps, plan);
  const outcome = await deps.store.spawn({ ...plan, drone });
  if (outcome.kind === "key-held") return undefined;
  if (outcome.kind === "subdomain-taken") {
    throw new ApiError("subdomain-taken", `a live backend has the subdomain "${plan.subdomain}"`);
  }
  const backend = await deps.store.getBackend(plan.spec.backend_id);
  if (backend === undefined) throw new Error("the backend just spawned is not there");
  return { backend, token: plan.token, spawned: true, expiresAt: outcome.expiresAt };
}

async function place(deps: ConnectDeps, plan: ReturnType<typeof planSpawn>): Promise<string> {
  const { image, resources } = plan.spec;
  const wish = {
    cluster: plan.cluster,
    pool: plan.pool,
    image,
    cpus: resources.cpus ?? 0,
    memoryBytes: resources.memory_bytes ?? 0,
  };
  const drones = await deps.store.listDrones();
  const placement = chooseDrone(drones, wish, deps.droneUnhealthyMs, deps.random);
  if (placement.kind === "placed") return placement.drone.name;
  const { refusals } = placement;
  const why = refusals.map(({ drone, because }) => `${drone} ${because}`).join("; ");
  const where = `cluster ${plan.cluster}${plan.pool === "" ? "" : `, pool ${plan.pool}`}`;
  throw new ApiError("no-drone-available", `no drone for ${where}: ${why || "none is known"}`, {
    details: { cluster: plan.cluster, pool: plan.pool, refusals },
    retryAfterSeconds: 5,
  });
}
