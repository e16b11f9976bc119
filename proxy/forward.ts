import type { Cluster } from "../src/protocol/cluster.ts";
import { HEADERS } from "../src/protocol/given.ts";
import { newErrorId } from "../src/protocol/ids.ts";
import { cookieTokens } from "./cookies.ts";
import type { Credentials } from "./credentials.ts";
import type { Forward, RequestHead, Reuse } from "./engine.ts";
import { isOwnEndpoint } from "./own-endpoints.ts";
import { givenRequestId, requestEdits } from "./request-headers.ts";
import { type GrantedCookie, responseEdits } from "./response-headers.ts";
import type { FoundRoute } from "./routes.ts";
import { parsePath, pathWithoutToken, type Target } from "./target.ts";
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
  const { path, host } = target;
  const cookie = grantedCookie(cluster, admitted);
  const reuse = cookie === undefined ? reuseOf(admitted) : undefined;
  return {
    kind: "forward",
    backendId: route.backend_id,
    access: route.access,
    requestId,
    upstream,
    path: pathForBackend(target, stripsToken(admitted)),
    request: requestEdits(trusted, { head, route, host, path, requestId }),
    response: responseEdits(route.backend_id, cookie),
    ...(reuse === undefined ? {} : { reuse }),
  };
}

const VARYING: ReadonlySet<string> = new Set([HEADERS.requestId, HEADERS.path]);

/**
 * What was decided holds for equal headers as long as the route does: nothing else in the decision
 * depends on time. Of the target it depends on the token in it, and on whether the proxy itself is meant.
 */
function reuseOf(admitted: Admitted): Reuse | undefined {
  const { head, target, credentials, token, found } = admitted;
  // Of several tokens the ones tried in vain may by then have become good.
  if (head.isUpgrade || token !== credentials.tokens[0]) return undefined;
  const givenId = givenRequestId(head.headers);
  const strips = stripsToken(admitted);
  return {
    varying: VARYING,
    again(nextTarget) {
      if (isOwnEndpoint(nextTarget) || !found.isCurrent()) return undefined;
      const asked = parsePath(nextTarget, target.host);
      if (asked === undefined || asked.pathToken !== target.pathToken) return undefined;
      const requestId = givenId ?? newErrorId();
      return {
        requestId,
        path: pathForBackend(asked, strips),
        varying: [
          [HEADERS.requestId, requestId],
          [HEADERS.path, asked.path],
        ],
      };
    },
  };
}

function pathForBackend({ path, query }: Pick<Target, "path" | "query">, strips: boolean): string {
  return (strips ? pathWithoutToken(path) : path) + query;
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
