import { expect, test } from "vitest";
import { startPostgres } from "../../scripts/postgres.ts";
import { waitFor } from "../harness/wait-for.ts";
import { aController } from "./a-controller.ts";

/** Docker kills what has not ended this long after it was asked to. */
const KILLED_AFTER_MS = 10_000;

test("a controller whose database stands still ends before it would be killed", async () => {
  await using postgres = await startPostgres();
  const hangar = await aController({ database: postgres.url() });
  const drone = await hangar.drone();
  await using _proxy = await hangar.proxy();
  postgres.pause();
  try {
    const asked = hangar.call("POST", "/v1/connect", { spawn: { image: "x" } }).catch(() => "cut");
    await waitFor("it to notice", () => hangar.logLines.join().includes("the database is away"));
    const began = performance.now();
    await hangar[Symbol.asyncDispose]();
    expect(performance.now() - began).toBeLessThan(KILLED_AFTER_MS);
    await asked;
  } finally {
    postgres.resume();
    await drone[Symbol.asyncDispose]();
  }
}, 60_000);
