import type { ConnectResponse } from "../../../src/protocol/connect.ts";
import { ApiError } from "../../../src/protocol/errors.ts";
import { confine } from "../../connect/confine.ts";
import { type Caller, connect } from "../../connect/connect.ts";
import type { HttpApiDeps } from "../../http/http-api.ts";
import { mustReachService } from "../../http/reach-service.ts";
import type { ServicePlace } from "../../services/service-namespace.ts";
import { spawnOfService } from "../../services/spawn-of-service.ts";
import { type JamsocketConnect, toConnectRequest } from "./to-connect-request.ts";

/** Get-or-create among the backends of a service's environment. */
export async function connectService(
  { store, connect: deps }: Pick<HttpApiDeps, "connect" | "store">,
  place: ServicePlace,
  request: JamsocketConnect,
  caller: Caller,
): Promise<ConnectResponse> {
  const service = await mustReachService(store, caller, place);
  const spawn = spawnOfService(service, place.environment);
  if (spawn === undefined) {
    throw new ApiError("not-found", `${place.name} has no environment ${place.environment}`);
  }
  // What the service itself has was allowed when it was made; what the request adds is confined.
  confine(toConnectRequest(place, { image: "" }, request), caller.namespace);
  const response = await connect(deps, toConnectRequest(place, spawn, request), {
    get gone() {
      return caller.gone;
    },
    by: caller.by,
    namespace: null,
  });
  if (response.spawned) await store.recordServiceSpawn(place, place.environment);
  return response;
}
