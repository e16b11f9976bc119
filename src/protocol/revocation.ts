import { type Static, Type } from "typebox";
import { BackendId } from "./ids.ts";
import type { Route } from "./proxy-messages.ts";
import { TokenId } from "./token.ts";

/**
 * The end of connection tokens of one backend: of a single one, of all that a user has, or of all. What
 * is minted after it has a later generation, so hearing of it late or twice ends nothing that is new.
 */
export const Revocation = Type.Object({
  backend_id: BackendId,
  token_id: Type.Optional(TokenId),
  user: Type.Optional(Type.String({ description: "Default, without a token's id: every user." })),
  generation: Type.Integer({ minimum: 0, description: "The last one that it ends." }),
});
export type Revocation = Static<typeof Revocation>;

/** Whether who was let in so is let in no more. */
export function revokes(
  revocation: Revocation,
  { backend_id, access }: Pick<Route, "backend_id" | "access">,
): boolean {
  if (backend_id !== revocation.backend_id || access.kind !== "connection") return false;
  const { token_id, user, generation } = revocation;
  if (token_id !== undefined) return token_id === access.token_id;
  return access.generation <= generation && (user === undefined || user === access.user);
}
