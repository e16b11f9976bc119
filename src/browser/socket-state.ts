/** Why a socket does not connect again by itself. */
export interface SocketStop {
  /**
   * `closed`: by `close()`. `completed`: the backend was done, and closed it with 1000. `refused`: its close code
   * was 1008 or from 4000 to 4999, or the proxy does not take the token. `ended`: so has the backend.
   * `failed`: no connection could even be tried; `cause` has why.
   */
  readonly because: "closed" | "completed" | "refused" | "ended" | "failed";
  /** For people. */
  readonly message: string;
  /** The close code, if one came. */
  readonly code?: number | undefined;
  readonly cause?: unknown;
}

/** Where a socket stands. Each change brings a new object. */
export type SocketState =
  /** Not begun. */
  | { readonly kind: "idle" }
  /** For the backend to be ready. */
  | { readonly kind: "waiting" }
  | { readonly kind: "connecting" }
  | { readonly kind: "open" }
  /** Lost; the next try is in `ms`, or when the network is back. */
  | { readonly kind: "pausing"; readonly ms: number }
  | { readonly kind: "stopped"; readonly stop: SocketStop };
