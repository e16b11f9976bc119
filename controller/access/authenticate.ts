import { ApiError } from "../../src/protocol/errors.ts";
import { looksLikeKey } from "../../src/protocol/ids.ts";
import { SESSION_REQUEST_HEADER } from "../../src/protocol/session-header.ts";
import { hashSecret } from "../hash-secret.ts";
import type { FailedTries } from "./failed-tries.ts";
import type { ForwardAuth } from "./forward-auth.ts";
import type { KeyRing } from "./key-ring.ts";
import { isForeign, type Provenance, schemeOf } from "./provenance.ts";
import type { Rights } from "./rights.ts";
import { sessionSecrets } from "./session-cookie.ts";

export interface AuthenticateDeps {
  ring: Pick<KeyRing, "key" | "session" | "knows">;
  failed: FailedTries;
  forwardAuth: Pick<ForwardAuth, "ask"> | null;
  publicUrl(): string;
}

/** What a request says of who sends it. */
export interface Credentials {
  method: string;
  /** Without the query. */
  path: string;
  address: string;
  /** As the client, or a proxy before it that is believed, names the controller. */
  host: string;
  protocol: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Whoever waits for it. */
interface Waiting {
  /** Aborts when it goes away. Asked only where there is something to wait for. */
  readonly gone: AbortSignal;
}

/** Who asks where an answer needs no database, by a key that was good when it was last looked up. */
export function lastKnown(
  { ring }: { ring: Pick<KeyRing, "lastKnown"> },
  asked: Credentials,
): Rights | undefined {
  const bearer = bearerOf(asked);
  return bearer === undefined ? undefined : ring.lastKnown(hashSecret(bearer));
}

/** An API key goes before a cookie; who has neither is asked about, or is 401. */
export async function authenticate(
  deps: AuthenticateDeps,
  asked: Credentials,
  waiting: Waiting,
): Promise<Rights> {
  const { forwardAuth } = deps;
  const bearer = bearerOf(asked);
  if (bearer !== undefined && (forwardAuth === null || looksLikeKey(bearer))) {
    return await byKey(deps, bearer, asked.address);
  }
  const rights = bearer === undefined ? await byCookie(deps, asked) : undefined;
  if (rights !== undefined) return rights;
  if (forwardAuth !== null) return await byForwardAuth(deps, forwardAuth, asked, waiting);
  throw new ApiError("unauthorized", "send an API key: Authorization: Bearer <key>");
}

/** What the operator's service goes by may be a cookie, which a browser sends from any page. */
async function byForwardAuth(
  deps: AuthenticateDeps,
  forwardAuth: Pick<ForwardAuth, "ask">,
  asked: Credentials,
  { gone }: Waiting,
): Promise<Rights> {
  if (asked.headers.cookie !== undefined) refuseForeign(deps, asked);
  return await forwardAuth.ask(asked, gone);
}

/** A key may come after a name and a dot: Jamsocket's command takes no token without one, and says whose it is. */
const BEARER = /^Bearer +(?:[\w.-]+\.(?=hak_))?(\S+)$/i;

function bearerOf({ headers }: Credentials): string | undefined {
  return BEARER.exec(textOf(headers.authorization) ?? "")?.[1];
}

/** The rights of a key that somebody holds out. A wrong one counts against their address. */
export async function byKey(
  { ring, failed }: Pick<AuthenticateDeps, "ring" | "failed">,
  key: string,
  address: string,
  costOfFailure = 1,
): Promise<Rights> {
  const hash = hashSecret(key);
  if (!ring.knows(hash)) failed.check(address);
  const rights = await ring.key(hash);
  if (rights !== undefined) return rights;
  failed.count(address, costOfFailure);
  throw new ApiError("unauthorized", "the API key is not known here");
}

/** The first session that is good, of those that the cookies name. */
async function byCookie(deps: AuthenticateDeps, asked: Credentials): Promise<Rights | undefined> {
  if (asked.headers.cookie === undefined) return undefined;
  const secrets = secretsOf(deps, asked);
  if (secrets.length === 0) return undefined;
  refuseForeign(deps, asked);
  refuseUnmarked(asked);
  for (const hash of secrets.map(hashSecret)) {
    if (!deps.ring.knows(hash)) deps.failed.check(asked.address);
    const rights = await deps.ring.session(hash);
    if (rights !== undefined) return rights;
  }
  deps.failed.count(asked.address);
  throw new ApiError("unauthorized", "the session has ended: sign in again");
}

/** What the request's cookies say is the secret of a session; one at most, unless a neighbour planted more. */
export function secretsOf({ publicUrl }: Pick<AuthenticateDeps, "publicUrl">, asked: Credentials) {
  const scheme = schemeOf(provenanceOf(asked), publicUrl());
  return sessionSecrets(textOf(asked.headers.cookie), scheme);
}

export function cookieScheme(
  { publicUrl }: Pick<AuthenticateDeps, "publicUrl">,
  asked: Credentials,
): "http" | "https" {
  return schemeOf(provenanceOf(asked), publicUrl());
}

/** What a browser sends by itself lets in only the controller's own pages. */
export function refuseForeign(
  { publicUrl }: Pick<AuthenticateDeps, "publicUrl">,
  asked: Credentials,
): void {
  if (!isForeign(provenanceOf(asked), publicUrl())) return;
  throw new ApiError("cross-origin", "a page of another origin may not use the session's cookie");
}

const SAFE_METHODS = ["GET", "HEAD", "OPTIONS"];

/** No form can send the header, and no script of another origin without asking first. */
export function refuseUnmarked({ method, headers }: Pick<Credentials, "method" | "headers">): void {
  if (SAFE_METHODS.includes(method) || headers[SESSION_REQUEST_HEADER] !== undefined) return;
  throw new ApiError(
    "cross-origin",
    `what changes something needs the header ${SESSION_REQUEST_HEADER} beside the cookie`,
  );
}

function provenanceOf({ headers }: Credentials): Provenance {
  return {
    host: textOf(headers.host),
    origin: textOf(headers.origin),
    site: textOf(headers["sec-fetch-site"]),
    forwardedProto: textOf(headers["x-forwarded-proto"]),
  };
}

function textOf(value: string | string[] | undefined): string | undefined {
  return typeof value === "string" ? value : value?.[0];
}
