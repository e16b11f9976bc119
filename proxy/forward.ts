import type { Cluster } from "../src/protocol/cluster.ts";
import { cookieTokens } from "./cookies.ts";
import type { Credentials } from "./credentials.ts";
import type { Forward, RequestHead } from "./engine.ts";
import { requestEdits } from "./request-headers.ts";
import { type GrantedCookie, responseEdits } from "./response-headers.ts";
import type { FoundRoute } from "./routes.ts";
import { pathWithoutToken, type Target } from "./target.ts";
import type { TrustedProxies } from "./trusted-proxies.ts";

export interface ForwardDeps {
  trusted: TrustedProxies;
  cluster: Cluster;
}

export interface Admitted {
  head: RequestHead;
  target: Target;
  credentials: Credentials;
  /** The token that let it in, if one did. */
  token: string | undefined;
  found: FoundRoute;
  requestId: string;
}

/** How a request that may pass is sent on. */
export function forwardOf({ trusted, cluster }: ForwardDeps, admitted: Admitted): Forward {
  const { head, target, found, requestId } = admitted;
  const { route, upstream } = found;
  const { path, query, host } = target;
  return {
    kind: "forward",
    backendId: route.backend_id,
    requestId,
    upstream,
    path: (stripsToken(admitted) ? pathWithoutToken(path) : path) + query,
    request: requestEdits(trusted, { head, route, host, path, requestId }),
    response: responseEdits(route.backend_id, grantedCookie(cluster, admitted)),
  };
}

/** A static token stays, so that the app sees the path it was asked for; so does what no access needed. */
function stripsToken({ credentials, found }: Admitted): boolean {
  return credentials.source === "path" && found.route.access.kind === "connection";
}

/** An app's absolute links lose the token in the path, so on its own host a cookie takes over. */
function grantedCookie(cluster: Cluster, admitted: Admitted): GrantedCookie | undefined {
  const { head, target, token, found } = admitted;
  if (token === undefined || !target.ownHost || !stripsToken(admitted)) return undefined;
  if (cookieTokens(head.headers, cluster.scheme).includes(token)) return undefined;
  return { scheme: cluster.scheme, token, maxAgeSeconds: Math.ceil(found.expiresInMs / 1_000) };
}
