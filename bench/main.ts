import { parseArgs } from "node:util";
import { benchColdStart } from "./cold-start.ts";
import { CONTROL_PLANE_OPTIONS } from "./control-plane/options.ts";
import { benchControlPlane } from "./control-plane.ts";
import { PROXY_OPTIONS } from "./proxy/options.ts";
import { benchProxy } from "./proxy.ts";

/** Each reads the words behind its name. */
const BENCHMARKS: Record<string, (words: string[]) => Promise<void>> = {
  "cold-start": (words) => benchColdStart(onlyJson(words)),
  proxy: benchProxy,
  "control-plane": benchControlPlane,
};

const HELP = [
  "  cold-start [--json]",
  `  proxy ${PROXY_OPTIONS}`,
  `  control-plane ${CONTROL_PLANE_OPTIONS}`,
];

function onlyJson(args: string[]): { json: boolean } {
  return parseArgs({ args, options: { json: { type: "boolean", default: false } } }).values;
}

/** `npm run bench -- NAME [options]`: prints figures beside a rival's in the same run, asserts nothing. */
async function main(): Promise<void> {
  const [name = "", ...words] = process.argv.slice(2);
  const benchmark = Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined;
  if (benchmark === undefined) {
    throw new Error(["name a benchmark:", ...HELP].join("\n"));
  }
  await benchmark(words);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
