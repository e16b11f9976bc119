import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { newApiKey } from "../../src/protocol/ids.ts";

test("an error that nobody took is told with its causes, and without what hangs on it", async () => {
  const key = newApiKey();
  const script = `import { endOnCrash } from "./src/shared/end-on-crash.ts";
    endOnCrash();
    const cause = Object.assign(new Error("bad row for ${key}"), { detail: "planted-detail" });
    const error = Object.assign(new Error("not kept", { cause }), { row: ["planted-in-a-row"] });
    setImmediate(() => Promise.reject(error));
    setInterval(() => {}, 1_000);`;
  const args = ["--import", "tsx", "--input-type=module", "-e", script];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "pipe"] });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  expect(code).toBe(1);
  expect(said).toMatch(/^Error: not kept\n +at .*\ncaused by Error: bad row for \[secret\]\n/s);
  expect(said).not.toMatch(/planted/);
}, 30_000);
