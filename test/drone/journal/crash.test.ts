import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { Journal } from "../../../drone/journal/journal.ts";
import { tempDir } from "../../harness/temp-dir.ts";

test("what was recorded before a SIGKILL is there afterwards, whole", {
  timeout: 60_000,
}, async () => {
  await using directory = await tempDir();
  const path = join(directory.path, "drone.db");
  const writer = spawn(
    process.execPath,
    ["--import", "tsx", join(import.meta.dirname, "endless-writer.ts"), path],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let acknowledged = 0;
  for await (const line of createInterface(writer.stdout)) {
    acknowledged = Number(line);
    if (acknowledged === 200) writer.kill("SIGKILL");
  }
  if (writer.signalCode === null) await once(writer, "exit");
  expect(writer.signalCode).toBe("SIGKILL");

  using journal = new Journal(path);
  const backends = journal.backends();
  expect(backends.length).toBeGreaterThanOrEqual(acknowledged);
  const reported = journal.reportsAfter(0, 1_000_000).map(({ backendId }) => backendId);
  expect(backends.map(({ spec }) => spec.backend_id).sort()).toEqual(reported.sort());
});
