import type { ConnectRequest } from "../../src/protocol/connect.ts";
import { ApiError } from "../../src/protocol/errors.ts";

/**
 * What a key of one namespace asks for, within it: a request that names no namespace means the key's own.
 * Mounts that are named by a path, and Docker networks, are shared by all namespaces, so such a key has none of them.
 */
export function confine(request: ConnectRequest, namespace: string | null): ConnectRequest {
  if (namespace === null) return request;
  const { key, spawn } = request;
  if (key?.namespace !== undefined && key.namespace !== namespace) {
    throw new ApiError("forbidden", `the API key reaches the namespace "${namespace}" only`);
  }
  if (typeof spawn?.mount === "string") {
    throw new ApiError(
      "forbidden",
      "an API key of one namespace mounts its keys' own folders only: spawn.mount may be true",
    );
  }
  if (spawn?.network !== undefined) {
    throw new ApiError(
      "forbidden",
      "an API key of one namespace cannot name a Docker network: others may be on it",
    );
  }
  return key === undefined ? request : { ...request, key: { ...key, namespace } };
}
