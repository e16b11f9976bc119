import { HEADERS, toHeaderJson, toHeaderText, VERIFIED_PREFIX } from "../src/protocol/given.ts";
import type { Route } from "../src/protocol/proxy-messages.ts";
import { cookiesForBackend } from "./cookies.ts";
import { bearerToken } from "./credentials.ts";
import type { HeaderPair, RequestEdits, RequestHead } from "./engine.ts";
import {
  FORGEABLE_HEADERS,
  FORWARDED_PREFIX,
  forwardedHeaders,
  isBehindTrusted,
} from "./forwarded.ts";
import { foldedName, hopByHopNames, soleHeader } from "./headers.ts";
import type { TrustedProxies } from "./trusted-proxies.ts";

export interface VerifiedRequest {
  head: RequestHead;
  route: Route;
  /** The Host header. */
  host: string;
  /** As the client asked for it, token included, query not. */
  path: string;
  requestId: string;
}

/** What changes in a request's headers on its way to a backend. The Host header stays. */
export function requestEdits(trusted: TrustedProxies, request: VerifiedRequest): RequestEdits {
  const { head, host } = request;
  const remove = hopByHopNames(head.headers);
  for (const [name] of head.headers) if (name.startsWith(VERIFIED_PREFIX)) remove.add(name);
  remove.add(HEADERS.chosenBackend);
  if (bearerToken(head.headers) !== undefined) remove.add("authorization");
  if (!isBehindTrusted(head, trusted)) for (const name of FORGEABLE_HEADERS) remove.add(name);
  const set = [
    ...forwardedHeaders(head, host, trusted),
    [HEADERS.requestId, request.requestId] as const,
    ...verifiedHeaders(request),
  ];
  const cookies = cookiesForBackend(head.headers);
  if (cookies === undefined) remove.add("cookie");
  else if (cookies !== "same") set.push(["cookie", cookies]);
  for (const name of lookalikes(head.headers, remove, set)) remove.add(name);
  return { remove, set };
}

/** Other spellings, such as `x_verified_path`, of names that are ours to give or to take away. */
function lookalikes(
  headers: readonly HeaderPair[],
  removed: ReadonlySet<string>,
  set: readonly HeaderPair[],
): string[] {
  return headers
    .map(([name]) => name)
    .filter((name) => {
      const folded = foldedName(name);
      if (folded === name) return false;
      return (
        folded.startsWith(VERIFIED_PREFIX) ||
        folded.startsWith(FORWARDED_PREFIX) ||
        FORGEABLE_HEADERS.some((forgeable) => forgeable === folded) ||
        removed.has(folded) ||
        set.some(([ours]) => ours === folded)
      );
    });
}

/** Who is calling, as the controller knows it. The path holds only what a header may hold, so it stands as it came. */
function verifiedHeaders({ route, path }: VerifiedRequest): HeaderPair[] {
  const headers: HeaderPair[] = [
    [HEADERS.backend, route.backend_id],
    [HEADERS.path, path],
  ];
  if (route.access.kind !== "connection") return headers;
  const { user, auth, secret } = route.access;
  if (user !== undefined) headers.push([HEADERS.username, toHeaderText(user)]);
  headers.push([HEADERS.userData, toHeaderJson(auth)], [HEADERS.secret, toHeaderText(secret)]);
  return headers;
}

const SANE_REQUEST_ID = /^[A-Za-z0-9._:/+=-]{1,128}$/;

/** The client's request id, if it is one that may stand in logs. */
export function givenRequestId(headers: readonly HeaderPair[]): string | undefined {
  const id = soleHeader(headers, HEADERS.requestId);
  return id !== undefined && SANE_REQUEST_ID.test(id) ? id : undefined;
}
