import type { Engine } from "../engine.ts";
import type { ClientConnection } from "../entrance/client-connection.ts";

/** What TLS offers by ALPN, the best first. */
export const PROTOCOLS = ["h2", "http/1.1"] as const;

/** One engine of two: who has agreed on h2 gets it, and all others HTTP/1.1. */
export function enginesByProtocol(http1: Engine, http2: Engine): Engine {
  return {
    serve: (client) => (speaksHttp2(client) ? http2 : http1).serve(client),
    retire() {
      http1.retire();
      http2.retire();
    },
    cut(which) {
      http1.cut(which);
      http2.cut(which);
    },
    async leave(drainMs) {
      await Promise.all([http1.leave(drainMs), http2.leave(drainMs)]);
    },
  };
}

function speaksHttp2({ socket }: ClientConnection): boolean {
  return "alpnProtocol" in socket && socket.alpnProtocol === "h2";
}
