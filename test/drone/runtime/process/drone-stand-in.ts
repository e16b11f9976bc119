import { argv } from "node:process";
import { openProcessRuntime } from "../../../../drone/runtime/process/process-runtime.ts";
import type { BackendSpec } from "../../../../src/protocol/drone-messages.ts";
import { systemClock } from "../../../../src/shared/clock.ts";
import { recordingLog } from "../../../harness/recording-log.ts";

// Starts one backend as a drone does, says where it is, and waits to be killed.
const [, , options = "", spec = ""] = argv;
const runtime = openProcessRuntime(
  { clock: systemClock, log: recordingLog().log },
  JSON.parse(options),
);
const backend = JSON.parse(spec) as BackendSpec;
await runtime.create(backend);
process.stdout.write(`${JSON.stringify(await runtime.start(backend))}\n`);
setInterval(() => {}, 60_000);
