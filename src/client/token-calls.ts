import type { BackendId } from "../protocol/ids.ts";
import type { ConnectionToken, RevokeResponse, TokenList } from "../protocol/token.ts";
import type { Api, CallOptions, Gone } from "./api.ts";
import { backendPath } from "./backend-path.ts";
import { type Listing, listing } from "./listing.ts";
import { queryOf } from "./query.ts";
import type { Repeating } from "./retry.ts";

export interface TokenFilter {
  user?: string | undefined;
  /** Tokens a page. */
  limit?: number | undefined;
}

/** One token, all that a user has, or all of a backend. */
export type WhichTokens = { tokenId: string } | { user: string } | "all";

/** The connection tokens of a backend. */
export interface TokenCalls {
  /** Those that let somebody in. */
  listTokens(
    id: string,
    filter?: TokenFilter,
    options?: CallOptions,
  ): Listing<ConnectionToken, TokenList>;
  /** Live connections that they let in are closed, on every proxy. */
  revokeTokens(id: string, which: WhichTokens, options?: CallOptions): Promise<RevokeResponse>;
}

export function tokenCalls({ get, delete: remove }: Api): TokenCalls {
  return {
    listTokens: (id, filter = {}, options) =>
      listing(
        (cursor) =>
          get<TokenList>(`${backendPath(id)}/tokens${queryOf({ ...filter, cursor })}`, options),
        ({ tokens }) => tokens,
      ),
    revokeTokens: (id, which, options) =>
      remove(`${backendPath(id)}/tokens${tokensPath(which)}`, options, repeatingOf(id, which)),
  };
}

/** A single one is found no more once it is revoked. */
function repeatingOf(id: string, which: WhichTokens): Repeating | Gone<RevokeResponse> {
  if (which === "all" || "user" in which) return "repeatable";
  return { ifGone: { backend_id: id as BackendId, revoked: 1 } };
}

function tokensPath(which: WhichTokens): string {
  if (which === "all") return "";
  return "user" in which ? queryOf({ user: which.user }) : `/${encodeURIComponent(which.tokenId)}`;
}
