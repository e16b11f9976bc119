import type { Cluster } from "../src/protocol/cluster.ts";
import { isToken } from "../src/protocol/ids.ts";
import { cookieTokens } from "./cookies.ts";
import type { HeaderPair } from "./engine.ts";
import { soleHeader } from "./headers.ts";
import type { Target } from "./target.ts";

export interface Credentials {
  readonly source: "path" | "bearer" | "cookie" | "none";
  /** Tried in this order; more than one only of cookies. */
  readonly tokens: readonly string[];
}

type Where = Pick<Target, "pathToken" | "ownHost">;

/** The path's token wins, then the bearer's, then the cookie's. What has no token's form is not ours. */
export function findCredentials(
  { pathToken, ownHost }: Where,
  headers: readonly HeaderPair[],
  scheme: Cluster["scheme"],
): Credentials {
  if (pathToken !== undefined) return { source: "path", tokens: [pathToken] };
  const bearer = bearerToken(headers);
  if (bearer !== undefined) return { source: "bearer", tokens: [bearer] };
  // On the cluster's own host all sessions share an origin, so a cookie there would open each to all.
  const tokens = ownHost ? cookieTokens(headers, scheme) : [];
  return tokens.length === 0 ? { source: "none", tokens } : { source: "cookie", tokens };
}

/** Our token in Authorization; undefined for an app's own credentials. */
export function bearerToken(headers: readonly HeaderPair[]): string | undefined {
  const [, token] = /^Bearer +(\S+)\s*$/i.exec(soleHeader(headers, "authorization") ?? "") ?? [];
  return token !== undefined && isToken(token) ? token : undefined;
}
