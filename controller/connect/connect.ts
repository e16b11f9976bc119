import type { ConnectRequest, ConnectResponse } from "../../src/protocol/connect.ts";
import { ApiError } from "../../src/protocol/errors.ts";
import { newBackendId } from "../../src/protocol/ids.ts";
import { isEnding } from "../../src/protocol/statuses.ts";
import { CONNECT_WAIT_SECONDS, QUEUE_SECONDS } from "../../src/protocol/timings.ts";
import { Budget } from "../../src/shared/budget.ts";
import type { Clock } from "../../src/shared/clock.ts";
import { count } from "../../src/shared/figures/count.ts";
import { during, type Span, type Tracing } from "../../src/shared/tracing/tracing.ts";
import type { ChangeFeed } from "../change-feed.ts";
import type { Figures } from "../figures/figures.ts";
import type { Actor } from "../store/access-store.ts";
import type { BackendRecord, SpawnOutcome, SpawnPlan, Store } from "../store/store.ts";
import { toApiError } from "../to-api-error.ts";
import { isSettled, waitForBackend } from "../watch-backend.ts";
import type { PlacementWish } from "./choose-drone.ts";
import { confine } from "./confine.ts";
import { type Admission, connectResponse } from "./connect-response.ts";
import type { DroneBook, DroneView } from "./drone-book.ts";
import { noDroneAvailable, type PlaceDeps, type Placed, place } from "./place.ts";
import { checkConnect, newToken, planSpawn } from "./plan-spawn.ts";
import type { WaitingLine } from "./waiting-line.ts";

type Plan = Omit<SpawnPlan, "drone">;

export interface ConnectDeps extends PlaceDeps {
  store: Store;
  drones: Pick<DroneBook, keyof DroneView | "forThosePatient">;
  changes: ChangeFeed;
  clock: Clock;
  line: WaitingLine;
  figures: Pick<Figures, "connects">;
  /** Undefined unless somebody wants traces. */
  tracing: Pick<Tracing, "begin"> | undefined;
  defaultCluster: string;
  beginWindowMs: number;
  /** What the public URLs of an answer begin with. */
  publicUrl(): string;
}

/** One caller's, while it is served. */
interface Visit {
  request: ConnectRequest;
  /** What it would wait, for a key whose backend is ending and for ready. */
  patience: Budget;
  /** What it would wait for a drone with room. */
  queue: Budget;
  caller: Caller;
  span: Span | undefined;
}

/** Who waits for an answer. */
export interface Caller {
  /** Aborts when it goes away, so that nobody waits on for nobody. Asked only where there is something to wait for. */
  readonly gone: AbortSignal;
  /** It reaches keys of this namespace only. Null: all. */
  readonly namespace: string | null;
  /** For the audit trail. */
  readonly by: Actor;
  /** The trace that this call is part of, as W3C's Trace Context has it. */
  readonly traceparent?: string | undefined;
}

/** Get-or-create: the key's live backend, or a new one; and a token for it. */
export async function connect(
  deps: ConnectDeps,
  asked: ConnectRequest,
  caller: Caller,
): Promise<ConnectResponse> {
  const { tracing, figures } = deps;
  const span = tracing?.begin("connect", { kind: "server", parent: caller.traceparent });
  try {
    const answer = await getOrCreate(deps, asked, caller, span);
    count(figures.connects, answer.spawned ? "spawned" : "found");
    span?.set({ "hangar.backend": answer.backend_id, "hangar.spawned": answer.spawned });
    return answer;
  } catch (error) {
    const { code } = toApiError(error);
    if (!caller.gone.aborted) count(figures.connects, code);
    span?.fail(code);
    throw error;
  } finally {
    span?.end();
  }
}

async function getOrCreate(
  deps: ConnectDeps,
  asked: ConnectRequest,
  caller: Caller,
  span: Span | undefined,
): Promise<ConnectResponse> {
  checkConnect(asked);
  const request = confine(asked, caller.namespace);
  const budget = (seconds: number) => new Budget(deps.clock, seconds * 1_000);
  const visit = {
    request,
    patience: budget(request.wait_seconds ?? CONNECT_WAIT_SECONDS),
    queue: budget(request.queue_seconds ?? QUEUE_SECONDS),
    ...{ caller, span },
  };
  const admission = await admitOrSpawn(deps, visit);
  const { backend } = admission;
  if (request.wait !== "ready") return connectResponse(deps, admission, backend);
  const settled = await during(span, "wait for ready", () =>
    visit.patience.spend(caller.gone, (deadline) =>
      waitForBackend(deps, backend.id, isSettled, deadline),
    ),
  );
  return connectResponse(deps, admission, settled ?? backend);
}

/** A round finds a holder that is gone, or loses a race to another: not that often in a row. */
const ROUNDS = 20;

/** Ends: an ending holder is waited for out of the caller's patience, and nobody loses every race. */
async function admitOrSpawn(deps: ConnectDeps, visit: Visit): Promise<Admission> {
  const { key } = visit.request;
  for (let lost = 0; lost < ROUNDS; ) {
    const holder = key && (await deps.store.findKeyHolder(lookupOf(key)));
    const admission =
      holder === undefined ? await spawn(deps, visit) : await join(deps, visit, holder);
    if (admission !== undefined) return admission;
    visit.caller.gone.throwIfAborted();
    lost = holder === undefined ? lost + 1 : 0;
  }
  // Not mended here: the container of a row that is gone may live on until its drone is told to end it.
  throw new Error(
    `the key ${JSON.stringify(key)} was free and could not be claimed, ${ROUNDS} times in a row: its row in the table keys names a backend that is not there`,
  );
}

function lookupOf({ name, namespace = "" }: NonNullable<ConnectRequest["key"]>) {
  return { name, namespace };
}

/** Undefined if the holder ended meanwhile, and the key must be looked up again. */
async function join(
  deps: ConnectDeps,
  visit: Visit,
  holder: BackendRecord,
): Promise<Admission | undefined> {
  const { request } = visit;
  const tag = request.key?.tag ?? "";
  if (isEnding(holder.state.status)) return await outwait(deps, visit, holder);
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
  const token = hasOwnTokens(holder) ? traced(newToken(request), visit.span) : null;
  const admitted = await deps.store.admit(holder.id, token);
  if (admitted === undefined) return await outwait(deps, visit, holder);
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
  { patience, caller }: Visit,
  holder: BackendRecord,
): Promise<undefined> {
  const ended = (backend: BackendRecord) => backend.state.status === "terminated";
  const last = await patience.spend(caller.gone, (deadline) =>
    waitForBackend(deps, holder.id, ended, deadline),
  );
  if (last !== undefined && ended(last)) return;
  throw new ApiError("key-ending", "the key's last backend has not ended yet; try again", {
    details: { backend_id: holder.id },
    retryAfterSeconds: 1,
  });
}

/** Undefined if another claimed the key first. */
async function spawn(deps: ConnectDeps, visit: Visit): Promise<Admission | undefined> {
  const { request } = visit;
  if (request.spawn === undefined) {
    throw new ApiError("key-not-held", "no backend holds this key, and no spawn config was given");
  }
  const cluster = request.spawn.cluster?.toLowerCase() ?? deps.defaultCluster;
  const id = newBackendId();
  const { span, caller } = visit;
  const namespace = caller.namespace ?? "";
  const terms = { cluster, namespace, ...deps };
  const { token, ...planned } = planSpawn(id, request, request.spawn, terms);
  const plan = { ...traced(planned, span), token: token && traced(token, span) };
  const first = await during(span, "place", () => tryToSpawn(deps, plan, caller));
  const placed =
    first.kind === "placed"
      ? first
      : await during(span, "wait in line", () => queue(deps, plan, visit));
  if (placed === undefined) throw noDroneAvailable(wishOf(plan), refusalsOf(first));
  return await admissionOf(deps, plan, placed.result);
}

/** What goes on with the trace of its connect. */
function traced<T extends object>(made: T, span: Span | undefined): T & { traceparent?: string } {
  return span === undefined ? made : { ...made, traceparent: span.traceparent };
}

function refusalsOf(placed: Placed<unknown>) {
  return placed.kind === "refused" ? placed.refusals : [];
}

async function queue(
  deps: ConnectDeps,
  plan: Plan,
  visit: Visit,
): Promise<Extract<Placed<SpawnOutcome>, { kind: "placed" }> | undefined> {
  if (visit.queue.isSpent) return undefined;
  const patient = { ...deps, drones: deps.drones.forThosePatient() };
  return await visit.queue.spend(visit.caller.gone, (deadline) =>
    deps.line.wait(async () => {
      const placed = await tryToSpawn(patient, plan, visit.caller);
      return placed.kind === "placed" ? placed : undefined;
    }, deadline),
  );
}

function tryToSpawn(
  deps: PlaceDeps & Pick<ConnectDeps, "store">,
  plan: Plan,
  { by }: Pick<Caller, "by">,
): Promise<Placed<SpawnOutcome>> {
  return place(deps, wishOf(plan), async (drone) => {
    const outcome = await deps.store.spawn({ ...plan, drone }, by);
    return outcome.kind === "drone-unfit" ? undefined : outcome;
  });
}

async function admissionOf(
  { store }: ConnectDeps,
  plan: Plan,
  outcome: SpawnOutcome,
): Promise<Admission | undefined> {
  if (outcome.kind === "key-held") return undefined;
  if (outcome.kind === "subdomain-taken") {
    throw new ApiError("subdomain-taken", `a live backend has the subdomain "${plan.subdomain}"`);
  }
  const backend = await store.getBackend(plan.spec.backend_id);
  if (backend === undefined || outcome.kind !== "spawned") {
    throw new Error("the backend just spawned is not there");
  }
  return { backend, token: plan.token, spawned: true, expiresAt: outcome.expiresAt };
}

function wishOf({ spec, cluster, pool }: Plan): PlacementWish {
  const { image, resources } = spec;
  return {
    cluster,
    pool,
    image,
    cpus: resources.cpus ?? 0,
    memoryBytes: resources.memory_bytes ?? 0,
  };
}
