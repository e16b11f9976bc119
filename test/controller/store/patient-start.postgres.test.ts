import { expect, test } from "vitest";
import { startController } from "../../../controller/index.ts";
import { startPostgres } from "../../../scripts/postgres.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { tempDir } from "../../harness/temp-dir.ts";
import { waitFor } from "../../harness/wait-for.ts";

test("a controller that starts before its database waits for it, until it is told to stop", async () => {
  await using postgres = await startPostgres();
  await using dir = await tempDir();
  await postgres.kill9();
  const { log, lines } = recordingLog();
  const config = {
    host: "127.0.0.1",
    port: 0,
    cluster: "localhost:9090",
    database: postgres.url(),
  };
  const stop = new AbortController();
  const start = (name: string) =>
    startController(
      { clock: systemClock, log, stop: stop.signal },
      { ...config, dataDir: `${dir.path}/${name}` },
    );
  const starting = start("first");
  await waitFor("a warning", () => lines.some((line) => line.includes("cannot open the database")));
  await postgres.restart();
  await using controller = await starting;
  expect((await fetch(`${controller.url}/ready`)).status).toBe(200);
  await postgres.kill9();
  const never = expect(start("second")).rejects.toThrow("stopped");
  stop.abort(new Error("stopped"));
  await never;
}, 60_000);
