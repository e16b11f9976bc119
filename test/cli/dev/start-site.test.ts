import { join } from "node:path";
import { expect, test } from "vitest";
import { planDev } from "../../../src/cli/dev/dev-plan.ts";
import { startSite } from "../../../src/cli/dev/start-site.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { createLog } from "../../../src/shared/log.ts";
import { tempDir } from "../../harness/temp-dir.ts";

test("a start without Docker says what its own Docker said, and leaves the Engine as it was", {
  timeout: 120_000,
}, async () => {
  await using dir = await tempDir();
  const options = { port: 0, proxyPort: 0, dataDir: dir.path, interactive: false };
  const plan = planDev(join(dir.path, "app"), options, {});
  let left = 0;
  const deps = {
    clock: systemClock,
    log: createLog("fatal", { write: () => undefined }),
    stop: new AbortController().signal,
    onSlow: () => undefined,
    leaveEngine: async () => {
      left += 1;
    },
    spawnDefaults: async () => undefined,
  };
  // The second start finds in the database what the first one's drone had told.
  for (const socket of ["first.sock", "second.sock"].map((name) => join(dir.path, name))) {
    await expect(startSite(deps, plan, socket)).rejects.toThrow(
      `Nothing can run yet: the drone: its docker runtime is not available: Docker cannot be reached: connect ENOENT ${socket}.`,
    );
  }
  expect(left).toBe(2);
});
