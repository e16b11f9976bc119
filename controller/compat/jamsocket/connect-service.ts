import type { ConnectResponse as TheirConnectResponse } from "@jamsocket/types";
import type { ConnectResponse } from "../../../src/protocol/connect.ts";
import { ApiError } from "../../../src/protocol/errors.ts";
import { type Caller, connect } from "../../connect/connect.ts";
import type { HttpApiDeps } from "../../http/http-api.ts";
import { mustGetService } from "../../http/routes/service-routes.ts";
import type { ServicePlace } from "../../services/service-namespace.ts";
import { spawnOfService } from "../../services/spawn-of-service.ts";
import { presentConnect } from "./present.ts";
import { type JamsocketConnect, toConnectRequest } from "./to-connect-request.ts";

export type ConnectServiceDeps = Pick<HttpApiDeps, "connect" | "store">;

/** Get-or-create among the backends of a service's environment. */
export async function connectService(
  deps: ConnectServiceDeps,
  place: ServicePlace,
  request: JamsocketConnect,
  caller: Caller,
): Promise<TheirConnectResponse> {
  const response = await connectPlace(deps, place, request, caller);
  return presentConnect(response, deps.connect.publicUrl());
}

/** The same, with Hangar's own answer. */
export async function connectPlace(
  { store, connect: deps }: ConnectServiceDeps,
  place: ServicePlace,
  request: JamsocketConnect,
  caller: Caller,
): Promise<ConnectResponse> {
  const spawn = spawnOfService(await mustGetService(store, place), place.environment);
  if (spawn === undefined) {
    throw new ApiError("not-found", `${place.name} has no environment ${place.environment}`);
  }
  const response = await connect(deps, toConnectRequest(place, spawn, request), caller);
  if (response.spawned) await store.recordServiceSpawn(place, place.environment);
  return response;
}
