import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../../scripts/free-port.ts";
import { visit } from "./whiteboard-visitor.ts";

test("on SIGTERM the whiteboard tells its visitors, and exits with 0", async () => {
  const port = await freePort();
  const child = spawn(process.execPath, ["--import", "tsx", "examples/whiteboard/server.ts"], {
    env: { PORT: String(port), SESSION_BACKEND_ID: "b1", SESSION_BACKEND_KEY: "room" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  using visitor = await visit(port);
  expect(visitor.welcome.session).toMatchObject({ backendId: "b1", key: "room" });
  child.kill("SIGTERM");
  expect(await visitor.closeCode()).toBe(1001);
  expect(await once(child, "exit")).toEqual([0, null]);
});
