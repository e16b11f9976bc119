import colors from "picocolors";
import { ensureDockerEngine } from "../docker-engine.ts";
import { ensureExampleImages } from "../example-images.ts";
import { check } from "./check.ts";
import { show } from "./show.ts";
import { step } from "./steps.ts";
import { stopSignal } from "./stop-signal.ts";

/** `npm run demo` shows Hangar to a person; with `--check` it proves the whole trip and exits. */
async function main(words: readonly string[]): Promise<void> {
  const unknown = words.find((word) => word !== "--check");
  if (unknown !== undefined) throw new Error(`unknown option ${unknown}; there is --check`);
  const stopped = stopSignal();
  // A window that was closed takes the terminal away; what is running must still be ended.
  process.stdout.on("error", () => undefined);
  console.log(`\n${colors.bold("  Hangar")}\n`);
  await step("a Docker Engine answers", ensureDockerEngine);
  await step("the example images are there", ensureExampleImages);
  await (words.includes("--check") ? check(stopped) : show(stopped));
  if (words.includes("--check")) console.log(`\n  ${colors.green("All held.")}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`\n  ${colors.red(error instanceof Error ? error.message : String(error))}\n`);
  process.exitCode = 1;
});
