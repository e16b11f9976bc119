import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import Docker from "dockerode";
import { expect, test } from "vitest";
import { waitFor } from "../harness/wait-for.ts";

const DEMO = "node --import tsx scripts/demo/main.ts";

/** In a terminal of its own, as a person has it: what is written to it is typed. */
function inTerminal(command: string): { child: ChildProcess; shown(): string } {
  const sized = `stty rows 40 cols 120; exec ${command}`;
  const child = spawn("script", ["-qefc", sized, "/dev/null"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const said: string[] = [];
  child.stdout?.on("data", (text) => said.push(String(text)));
  return { child, shown: () => said.join("") };
}

async function containersOfDemo(): Promise<string[]> {
  const label = ["dev.hangar.drone=dr-demo"];
  const found = await new Docker().listContainers({ all: true, filters: { label } });
  return found.flatMap(({ Names }) => Names);
}

test("Ctrl-C ends the demo, its sessions and all that it started", async () => {
  const { child, shown } = inTerminal(DEMO);
  const exited = once(child, "exit");
  await waitFor(
    "the live table",
    () => shown().includes("picnic") && shown().includes("┌"),
    40_000,
  );
  expect(await containersOfDemo()).toHaveLength(2);
  child.stdin?.write("\x03");
  await exited;
  expect(shown()).toContain("everything ends");
  expect(shown()).toContain("Kept:");
  expect(shown()).not.toContain("left:");
  expect(await containersOfDemo()).toEqual([]);
});

test("Ctrl-C while it starts leaves nothing either", async () => {
  const { child, shown } = inTerminal(`${DEMO} --check`);
  const exited = once(child, "exit");
  await waitFor("the first step", () => shown().includes("hangar up"), 40_000);
  child.stdin?.write("\x03");
  await exited;
  expect(shown()).toContain("stopped by SIGINT");
  expect(await containersOfDemo()).toEqual([]);
});
