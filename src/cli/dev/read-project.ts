import { readFile, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { CliError } from "../cli-error.ts";
import type { DevOptions } from "../commands/add-dev.ts";
import { EXIT } from "../exit-codes.ts";
import { tildePath } from "../settings/data-dir.ts";
import { parseDevConfig } from "./dev-config.ts";
import { type DevPlan, planDev } from "./dev-plan.ts";

const CONFIG_FILE = "hangar.config.json";

/** Before anything runs: what is to be built, and whether that can be. */
export async function readProject(folder: string, options: DevOptions): Promise<DevPlan> {
  const dir = await realpath(folder).catch((cause: unknown) => {
    throw missing(`There is no folder ${folder}.`, [], cause);
  });
  const file = join(dir, CONFIG_FILE);
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "{}";
    throw missing(`Cannot read ${tildePath(file)}: ${error.message}`, [], error);
  });
  const plan = planDev(dir, options, parseDevConfig(file, text));
  const { recipe } = plan;
  if (recipe.kind === "dockerfile") {
    await stat(recipe.file).catch((cause: unknown) => {
      throw missing(
        `There is no ${tildePath(recipe.file)}.`,
        [
          `Name it with --dockerfile or in ${CONFIG_FILE}, or give --image to run one that is built.`,
        ],
        cause,
      );
    });
  }
  return plan;
}

function missing(message: string, hints: readonly string[], cause: unknown): CliError {
  return new CliError(message, { exitCode: EXIT.usage, hints, cause });
}
