import type { CheckAuthResult, UserSessionRevokeResult } from "jamsocket/lib/api.js";
import { ApiError } from "../../../src/protocol/errors.ts";
import { DEFAULT_ACCOUNT } from "../../../src/protocol/service.ts";
import type { Api, HttpApiDeps } from "../../http/http-api.ts";
import { splitAccount } from "./account-key.ts";

const hide = true;

export function loginRoutes(api: Api, { store }: Pick<HttpApiDeps, "store">): void {
  api.get("/auth", { schema: { hide } }, async ({ headers }): Promise<CheckAuthResult> => {
    const { account } = splitAccount(headers.authorization);
    const accounts = account === undefined ? await accountsOf(store) : [account];
    return { status: "ok", accounts, is_admin: true };
  });
  // There are no such sessions, so none outlives its end.
  api.post(
    "/user-session/:id/delete",
    { schema: { hide } },
    async (): Promise<UserSessionRevokeResult> => ({ status: "ok" }),
  );
}

/** Their command asks here when it has no token yet. */
export function publicLoginRoutes(api: Api): void {
  api.post("/cli-login", { schema: { hide } }, async () => {
    throw new ApiError(
      "invalid-request",
      "log in with an API key of Hangar: jamsocket login --token ACCOUNT.KEY",
    );
  });
}

async function accountsOf(store: HttpApiDeps["store"]): Promise<string[]> {
  const accounts = new Set((await store.listServices()).map(({ account }) => account));
  return accounts.size === 0 ? [DEFAULT_ACCOUNT] : [...accounts];
}
