import { CliError } from "../cli-error.ts";
import type { TokensRevokeOptions } from "../commands/add-tokens.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { openClient } from "../settings/client-settings.ts";

export async function runTokensRevoke(
  { terminal: { out }, stop }: Context,
  options: TokensRevokeOptions,
  { id, token }: { id: string; token: string | undefined },
): Promise<void> {
  const which = whichOf(options, token);
  const client = await openClient(options);
  const answer = await client.revokeTokens(id, which, { signal: stop });
  const { revoked } = answer;
  if (options.json === true) out.line(JSON.stringify(answer));
  else out.line(`${id}  ${revoked} ${revoked === 1 ? "token" : "tokens"} revoked`);
}

function whichOf({ user, all }: TokensRevokeOptions, tokenId: string | undefined) {
  const given = [tokenId, user, all].filter((each) => each !== undefined);
  if (given.length !== 1) {
    throw new CliError(given.length === 0 ? "Which tokens?" : "Only one of these may be given.", {
      exitCode: EXIT.usage,
      hints: ["Name one token's id, a user with --user, or say --all."],
    });
  }
  if (tokenId !== undefined) return { tokenId };
  return user === undefined ? "all" : { user };
}
