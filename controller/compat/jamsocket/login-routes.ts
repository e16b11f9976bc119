import type { CheckAuthResult, UserSessionRevokeResult } from "jamsocket/lib/api.js";
import { ApiError } from "../../../src/protocol/errors.ts";
import { DEFAULT_ACCOUNT } from "../../../src/protocol/service.ts";
import type { Rights } from "../../access/rights.ts";
import { rightsOf } from "../../http/guard.ts";
import type { Api, HttpApiDeps } from "../../http/http-api.ts";
import { knows } from "../../http/reach-service.ts";
import { accountOf } from "./account-of.ts";

const schema = { hide: true };

export function loginRoutes(api: Api, { store }: Pick<HttpApiDeps, "store">): void {
  const anyKey = { config: { scope: "any", namespaced: true }, schema } as const;
  api.get("/auth", anyKey, async (request): Promise<CheckAuthResult> => {
    const rights = rightsOf(request);
    const account = accountOf(request.headers.authorization);
    return {
      status: "ok",
      accounts: account === undefined ? await accountsFor(store, rights) : [account],
      is_admin: rights.namespace === null && rights.scopes.includes("admin"),
    };
  });
  // There are no such sessions, so none outlives its end.
  api.post(
    "/user-session/:id/delete",
    anyKey,
    async (): Promise<UserSessionRevokeResult> => ({ status: "ok" }),
  );
  // Their command asks here when it has no token yet.
  api.post("/cli-login", { config: { scope: "public" }, schema }, async () => {
    throw new ApiError(
      "invalid-request",
      "log in with an API key of Hangar: jamsocket login --token ACCOUNT.KEY",
    );
  });
}

/** Their command takes the first. */
async function accountsFor(store: HttpApiDeps["store"], rights: Rights): Promise<string[]> {
  const [own] = rights.namespace?.split("/") ?? [];
  if (own) return [own];
  const services = (await store.listServices()).filter((each) => knows(rights, each));
  const accounts = new Set(services.map(({ account }) => account));
  return accounts.size === 0 ? [DEFAULT_ACCOUNT] : [...accounts];
}
