import { Type } from "typebox";
import { OpenSessionRequest, Session } from "../../../src/protocol/api-key.ts";
import { ApiError } from "../../../src/protocol/errors.ts";
import { newSessionSecret } from "../../../src/protocol/ids.ts";
import { SESSION_LIFE_MS } from "../../../src/protocol/timings.ts";
import {
  type AuthenticateDeps,
  byKey,
  cookieScheme,
  refuseForeign,
  refuseUnmarked,
  secretsOf,
} from "../../access/authenticate.ts";
import { SIGN_IN_COST } from "../../access/failed-tries.ts";
import type { Rights } from "../../access/rights.ts";
import { clearSessionCookie, setSessionCookie } from "../../access/session-cookie.ts";
import { hashSecret } from "../../hash-secret.ts";
import type { Actor } from "../../store/access-store.ts";
import { errors } from "../api-errors.ts";
import { credentialsOf, rightsOf } from "../guard.ts";
import type { Api, HttpApiDeps } from "../http-api.ts";
import { presentSession } from "../present-access.ts";

const NOTHING = Type.Unsafe<undefined>(Type.Null({ description: "The cookie is taken away." }));

/** How a browser on the controller's own pages is let in: by a cookie that no script can read. */
export function sessionRoutes(api: Api, { store, access }: HttpApiDeps): void {
  api.post(
    "/v1/session",
    {
      config: { scope: "public" },
      schema: {
        summary: "Sign in with an API key: sets a cookie that stands for it",
        description: `It holds for ${SESSION_LIFE_MS / 3_600_000} hours, if the key does. Wrong keys are counted by address.`,
        body: OpenSessionRequest,
        response: { 200: Session, ...errors("unauthorized", "cross-origin", "rate-limited") },
      },
    },
    async (request, reply) => {
      const asked = credentialsOf(request);
      refuseForeign(access, asked);
      access.failed.check(asked.address);
      const rights = await byKey(access, request.body.key, asked.address, SIGN_IN_COST);
      const secret = newSessionSecret();
      const session = await open(store, rights, secret, asked.address);
      const cookie = setSessionCookie(cookieScheme(access, asked), secret, SESSION_LIFE_MS / 1_000);
      reply.header("set-cookie", cookie).header("cache-control", "no-store");
      return presentSession({ ...rights, session });
    },
  );
  api.get(
    "/v1/session",
    {
      config: { scope: "any", namespaced: true },
      schema: {
        summary: "Who is asking",
        response: { 200: Session, ...errors() },
      },
    },
    async (request) => presentSession(rightsOf(request)),
  );
  closeRoute(api, { store, access });
}

async function open(
  store: HttpApiDeps["store"],
  rights: Rights,
  secret: string,
  address: string,
): Promise<NonNullable<Rights["session"]>> {
  const { keyId, keyName } = rights;
  if (keyId === null) throw new Error("a session is opened with a key");
  const hash = hashSecret(secret);
  const ttlMs = SESSION_LIFE_MS;
  const opened = await store.openSession({ hash, keyId, ttlMs }, { keyId, keyName, address });
  if (opened === undefined) throw new ApiError("unauthorized", "the API key is not known here");
  return { hash, expiresAt: opened.expiresAt };
}

/** Also for those whose session has ended, so that signing out always leaves no cookie. */
function closeRoute(
  api: Api,
  { store, access }: { store: HttpApiDeps["store"]; access: AuthenticateDeps },
): void {
  api.delete(
    "/v1/session",
    {
      config: { scope: "public" },
      schema: {
        summary: "Sign out: ends the session of the cookie, and what it holds open",
        response: { 204: NOTHING, ...errors("cross-origin") },
      },
    },
    async (request, reply) => {
      const asked = credentialsOf(request);
      refuseForeign(access, asked);
      refuseUnmarked(asked);
      for (const hash of secretsOf(access, asked).map(hashSecret)) {
        const rights = await access.ring.session(hash);
        if (rights !== undefined) await store.closeSession(hash, actorOf(rights, asked.address));
      }
      reply.header("set-cookie", clearSessionCookie(cookieScheme(access, asked)));
      return await reply.code(204).send(undefined);
    },
  );
}

function actorOf({ keyId, keyName }: Rights, address: string): Actor {
  return { keyId, keyName, address };
}
