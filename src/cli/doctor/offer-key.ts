import { ask, type Reply } from "./ask.ts";
import { openSocket } from "./open-socket.ts";
import type { Scope } from "./read-key-file.ts";

/** What the controller says to a key, asked as the key's holder would ask. */
export type Acceptance =
  | { kind: "accepted" }
  /** It knows the key not, or knows it with another scope. */
  | { kind: "refused"; message: string }
  | { kind: "no-key" }
  /** The question did not get through. */
  | { kind: "unknown"; why: string };

export interface Offer {
  url: string;
  scope: Scope;
  key: string | undefined;
  signal: AbortSignal;
}

/** An admin asks for a list; drones and proxies open their socket, and say nothing on it. */
export async function offerKey({ url, scope, key, signal }: Offer): Promise<Acceptance> {
  if (key === undefined) return { kind: "no-key" };
  if (scope === "admin") return toAcceptance(await ask(`${url}/v1/drones`, { key, signal }), 200);
  return toAcceptance(await openSocket({ url, kind: scope, key, signal }), 101);
}

function toAcceptance(reply: Reply, wanted: number): Acceptance {
  if (reply.kind === "silent") return { kind: "unknown", why: reply.why };
  if (reply.status === wanted) return { kind: "accepted" };
  const { error } = (reply.body ?? {}) as { error?: { message?: string } };
  const said = error?.message ?? `it answered ${reply.status}`;
  const isRefusal = error !== undefined && (reply.status === 401 || reply.status === 403);
  return isRefusal ? { kind: "refused", message: said } : { kind: "unknown", why: said };
}
