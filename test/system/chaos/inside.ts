/** The harness itself, in namespaces of its own, where main.ts starts it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { brokenLeaseRun } from "./broken-lease-run.ts";
import { checkHistory } from "./check/check.ts";
import { monotonicMs } from "./monotonic-ms.ts";
import type { ChaosOptions } from "./options.ts";
import { randomRun } from "./random-run.ts";
import { Recorder } from "./recorder.ts";
import { renderReport } from "./report.ts";

const [dir = "", given = ""] = process.argv.slice(2);
const options = JSON.parse(given) as ChaosOptions;
const began = monotonicMs();
const say = (line: string) => {
  const seconds = ((monotonicMs() - began) / 1_000).toFixed(1);
  process.stdout.write(`${seconds.padStart(7)}  ${line}\n`);
};

const recorder = new Recorder(join(dir, "history.jsonl"));
const run = options.brokenLease ? brokenLeaseRun : randomRun;
await run({ dir, options, recorder }, say);
await recorder[Symbol.asyncDispose]();

const findings = checkHistory(recorder.history);
writeFileSync(join(dir, "findings.json"), JSON.stringify(findings, null, 2));
process.stdout.write(`\n${renderReport(recorder.history, findings)}\n`);
// Whatever still runs has been told of, and ends with this namespace.
process.exit(findings.some(({ violations }) => violations.length > 0) ? 1 : 0);
