import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addClientSettings, type ClientSettings } from "../settings/client-settings.ts";
import { parseBackendId } from "../settings/parse-backend-id.ts";
import { parseTokenId } from "../settings/parse-token-id.ts";
import { examples } from "./examples.ts";
import { jsonOption } from "./json-option.ts";

export interface TokensLsOptions extends ClientSettings {
  user?: string;
  json?: true;
}

export interface TokensRevokeOptions extends TokensLsOptions {
  all?: true;
}

export function addTokens(program: Command, context: Context): void {
  const tokens = program
    .command("tokens")
    .summary("list and revoke connection tokens")
    .description("List a backend's connection tokens, and revoke them.")
    .helpCommand(false);
  addLs(tokens, context);
  addRevoke(tokens, context);
}

function addLs(tokens: Command, context: Context): void {
  const command = tokens
    .command("ls")
    .summary("list connection tokens")
    .description("List the tokens that let somebody in. A token itself is never shown again.")
    .argument("<id>", "the backend's id", parseBackendId)
    .option("--user <name>", "only those of this user")
    .addOption(jsonOption("print a JSON array"));
  addClientSettings(command).action(async (id: string, options: TokensLsOptions) => {
    const { runTokensLs } = await import("../tokens/run-tokens-ls.ts");
    await runTokensLs(context, options, id);
  });
}

function addRevoke(tokens: Command, context: Context): void {
  const command = tokens
    .command("revoke")
    .summary("revoke connection tokens")
    .description(
      "Revoke tokens: on no proxy do they let anybody in any more, and what they have let in is closed at once.",
    )
    .argument("<id>", "the backend's id", parseBackendId)
    .argument("[token]", "one token's id, as `hangar tokens ls` shows it", parseTokenId)
    .option("--user <name>", "all of this user")
    .option("--all", "all of the backend")
    .addOption(jsonOption("print JSON"));
  addClientSettings(command)
    .addHelpText(
      "after",
      examples(
        [
          "hangar tokens revoke ID --user ada",
          "Throw somebody out; a new connect lets ada in again.",
        ],
        ["hangar tokens revoke ID --all", "Throw everybody out, and leave the backend running."],
      ),
    )
    .action(async (id: string, token: string | undefined, options: TokensRevokeOptions) => {
      const { runTokensRevoke } = await import("../tokens/run-tokens-revoke.ts");
      await runTokensRevoke(context, options, { id, token });
    });
}
