import { parseArgs } from "node:util";
import { benchColdStart } from "./cold-start.ts";
import { benchProxy } from "./proxy.ts";

const BENCHMARKS = { "cold-start": benchColdStart, proxy: benchProxy };

/** `npm run bench -- NAME [--json]`: prints figures beside a rival's in the same run, asserts nothing. */
async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { json: { type: "boolean", default: false } },
  });
  const [name = ""] = positionals;
  const benchmark = Object.entries(BENCHMARKS).find(([known]) => known === name)?.[1];
  if (benchmark === undefined) {
    throw new Error(`name a benchmark: ${Object.keys(BENCHMARKS).join(", ")}`);
  }
  await benchmark({ json: values.json });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
