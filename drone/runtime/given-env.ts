import type { BackendSpec } from "../../src/protocol/drone-messages.ts";
import { ENV } from "../../src/protocol/given.ts";
import { RuntimeError } from "./runtime.ts";

/** The environment that a backend is given. Hangar's names are reserved: what the user says of them is dropped. */
export function givenEnv(spec: BackendSpec, port: number): Record<string, string> {
  const { [ENV.staticToken]: _, ...usersEnv } = spec.env;
  const env = {
    ...usersEnv,
    [ENV.port]: String(port),
    [ENV.backendId]: spec.backend_id,
    [ENV.key]: spec.key.name,
    [ENV.fencingToken]: String(spec.fencing_token),
    ...(spec.static_token !== undefined && { [ENV.staticToken]: spec.static_token }),
  };
  for (const [name, value] of Object.entries(env)) {
    // Left to the system, this fails late, and with the value in the message.
    if (value.includes("\0")) {
      throw new RuntimeError("createfailed", `the value of ${name} holds a NUL character`);
    }
  }
  return env;
}
