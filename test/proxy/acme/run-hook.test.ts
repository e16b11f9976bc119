import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { publishByHook } from "../../../proxy/acme/challenge-publisher.ts";
import { runHook } from "../../../proxy/acme/run-hook.ts";
import { tempDir } from "../../harness/temp-dir.ts";
import { waitFor } from "../../harness/wait-for.ts";

const CALL = { verb: "present", name: "_acme-challenge.example.com", value: "-v_1" } as const;
const NEVER = new AbortController().signal;

test("a hook is told what to do, with its own arguments before, and nothing is taken for shell", async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "said");
  const value = "$(touch /tmp/never);'";
  await runHook(`printf '%s|' >'${file}' own`, { ...CALL, value }, NEVER);
  expect(await readFile(file, "utf8")).toBe(`own|present|${CALL.name}|${value}|`);
});

test("a hook that fails is told of with what it printed", async () => {
  const failing = "echo to stdout; echo to stderr >&2; exit 3; :";
  await expect(runHook(failing, CALL, NEVER)).rejects.toThrow(
    /hook \(present _acme-challenge\.example\.com\) ended with 3: to stdout\nto stderr/,
  );
  await expect(runHook("/no/such/program", CALL, NEVER)).rejects.toThrow(/127: .*not found/);
});

test("a hook that hangs is ended with all that it has started", async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "pid");
  const hanging = `sleep 300 & echo $! > '${file}'; echo begun; wait; :`;
  await expect(runHook(hanging, CALL, NEVER, 300)).rejects.toThrow("took longer than 0.3 s: begun");
  const pid = Number(await readFile(file, "utf8"));
  await waitFor("its child to be gone", () => !isAlive(pid));
});

test("a hook that nobody waits for any more is ended", async () => {
  const stop = new AbortController();
  const run = runHook("sleep 300; :", CALL, stop.signal);
  stop.abort();
  await expect(run).rejects.toThrow("not waited for any more");
});

/** A zombie that nobody has collected yet has ended, too. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("what was put is taken back, even where putting it failed, and only once", async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "calls");
  const publisher = publishByHook(
    `sh -c 'echo "$1 $3" >> ${file}; [ "$1 $3" != "present two" ]' --`,
    "example.com",
  );
  await expect(publisher.publish(["one", "two", "three"], NEVER)).rejects.toThrow("ended with 1");
  await publisher.retract();
  await publisher.retract();
  const calls = (await readFile(file, "utf8")).trim().split("\n");
  expect(calls.slice(0, 2)).toEqual(["present one", "present two"]);
  expect(calls.slice(2).sort()).toEqual(["cleanup one", "cleanup two"]);
});
