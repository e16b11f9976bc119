/** How a connection ended. */
export interface SocketClose {
  /** The close code; 1006 when none came. */
  readonly code: number;
  readonly reason: string;
  /** False: it was never open. */
  readonly wasOpen: boolean;
  /** How long it was open. */
  readonly openMs: number;
}

/** What to do after a connection: "ask" is to find out over HTTP, as a browser does not tell why it failed. */
export type AfterClose = "reconnect-at-once" | "reconnect" | "ask" | "completed" | "refused";

/** A connection that lasts for less does not begin the pauses anew. */
export const STEADY_MS = 5_000;

const NORMAL = 1000;
const GOING_AWAY = 1001;
const POLICY = 1008;
const SERVICE_RESTART = 1012;

/**
 * 1001 and 1012 come from a proxy that drains or a server that restarts: its successor is there. 1000 is a
 * backend that is done with this client; 1008 and an app's own codes, 4000 to 4999, are a no. A page that knows
 * better overrules it: whether to connect again.
 */
export function afterClose(
  { code, wasOpen, openMs }: SocketClose,
  overruledBy?: boolean,
): AfterClose {
  if (overruledBy !== undefined) return overruledBy ? "reconnect" : "refused";
  if (!wasOpen) return "ask";
  if (code === NORMAL) return "completed";
  if (code === POLICY || (code >= 4000 && code <= 4999)) return "refused";
  const hasMoved = code === GOING_AWAY || code === SERVICE_RESTART;
  return hasMoved && openMs >= STEADY_MS ? "reconnect-at-once" : "reconnect";
}
