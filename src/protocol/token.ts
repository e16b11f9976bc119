import { type Static, Type } from "typebox";
import { BackendId } from "./ids.ts";
import { Nullable } from "./nullable.ts";
import { EpochMs } from "./time.ts";

/** The id of a connection token: enough to revoke it, and no help in guessing it. */
export const TokenId = Type.String({ pattern: "^tk_[0-9a-f]{24}$" });

/** A connection token as lists show it. */
export const ConnectionToken = Type.Object({
  id: TokenId,
  user: Nullable(Type.String()),
  created_at: EpochMs,
  expires_at: EpochMs,
});
export type ConnectionToken = Static<typeof ConnectionToken>;

export const TokenList = Type.Object({
  tokens: Type.Array(ConnectionToken),
  next_cursor: Nullable(Type.String()),
});
export type TokenList = Static<typeof TokenList>;

/** What DELETE of a backend's tokens has revoked: live connections that they let in are closed. */
export const RevokeResponse = Type.Object({
  backend_id: BackendId,
  revoked: Type.Integer({ minimum: 0 }),
});
export type RevokeResponse = Static<typeof RevokeResponse>;
