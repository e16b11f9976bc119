import type { ConnectResponse } from "../../../src/protocol/connect.ts";
import { ApiError } from "../../../src/protocol/errors.ts";
import { confine } from "../../connect/confine.ts";
import { type Caller, connect } from "../../connect/connect.ts";
import type { AskedSpawn } from "../../http/fill-spawn.ts";
import type { HttpApiDeps } from "../../http/http-api.ts";
import { mustReachService } from "../../http/reach-service.ts";
import { namespaceOf, type ServicePlace } from "../../services/service-namespace.ts";
import { spawnOfService } from "../../services/spawn-of-service.ts";
import { type JamsocketConnect, toConnectRequest } from "./to-connect-request.ts";

/** Get-or-create among the backends of a service's environment. */
export async function connectService(
  { store, connect: deps, spawnDefaults }: Pick<HttpApiDeps, "connect" | "store" | "spawnDefaults">,
  place: ServicePlace,
  request: JamsocketConnect,
  caller: Caller,
): Promise<ConnectResponse> {
  const embedded = await spawnDefaults?.(askedOf(place, request));
  if (embedded !== undefined) {
    return await connect(deps, toConnectRequest(place, embedded, untagged(request)), caller);
  }
  const service = await mustReachService(store, caller, place);
  const spawn = spawnOfService(service, place.environment);
  if (spawn === undefined) {
    throw new ApiError("not-found", `${place.name} has no environment ${place.environment}`);
  }
  // What the service itself has was allowed when it was made; what the request adds is confined.
  confine(toConnectRequest(place, { image: "" }, untagged(request)), caller.namespace);
  const response = await connect(deps, toConnectRequest(place, spawn, request), {
    get gone() {
      return caller.gone;
    },
    get traceparent() {
      return caller.traceparent;
    },
    by: caller.by,
    namespace: null,
  });
  if (response.spawned) await store.recordServiceSpawn(place, place.environment);
  return response;
}

/** Whoever embeds a controller has the one image: of which account and service it is said to be is no matter. */
function askedOf(place: ServicePlace, { key }: JamsocketConnect): AskedSpawn {
  const name = key ?? undefined;
  return {
    key: name === undefined ? undefined : { name, namespace: namespaceOf(place) },
    image: undefined,
  };
}

function untagged(request: JamsocketConnect): JamsocketConnect {
  const { spawn } = request;
  return typeof spawn === "object" && spawn !== null
    ? { ...request, spawn: { ...spawn, tag: null } }
    : request;
}
