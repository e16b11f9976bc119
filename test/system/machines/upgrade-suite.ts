import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { PROTOCOL_VERSION } from "../../../src/protocol/handshake.ts";
import { tempDir } from "../../harness/temp-dir.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { endInOrder, startServing } from "./serving.ts";
import type { Stage } from "./stage.ts";

const SLOW = { timeout: 300_000 };
const HANDSHAKE = "src/protocol/handshake.js";

/** What docs/production.md promises of a version that speaks another protocol. */
export function upgradeSuite(stage: () => Stage): void {
  test(
    "a backend outlives an upgrade to another protocol, within a lease that was made longer",
    SLOW,
    async () => {
      const { clear, ran, world } = stage();
      await clear();
      await using dir = await tempDir();
      const newer = { PATH: `${await writeNewer(dir.path)}:${process.env.PATH}` };
      const machine = world.at("second");
      const cwd = world.at("box").home;
      const start = async (words: string, env: Record<string, string> = {}) =>
        await startServing(machine, `hangar ${words}`, { cwd, env });
      const hangar = async (words: string) =>
        JSON.parse(await machine.ask(`hangar ${words} --json`));
      const droneWords = "drone --runtime process --apps-dir ./apps";

      let controller = await start("controller --lease 3,30,40,50");
      const drone = await start(droneWords);
      ran.add(`hangar ${droneWords}`);
      const { backend_id: id } = await hangar("connect --key doc-42 --image room --wait");
      await endInOrder(controller);
      controller = await start("controller --lease 300,400,500,600");
      const isLonger = async () => (await hangar("drones"))[0]?.lease_expires_in_ms > 100_000;
      await waitFor("a longer lease", isLonger);

      await endInOrder(controller);
      controller = await start("controller", newer);
      await waitFor("the old drone to be refused", () => /\b4400\b/.test(drone.said()));
      await endInOrder(drone);
      const upgraded = await start(droneWords, newer);
      const found = await hangar("connect --key doc-42");
      expect(found).toMatchObject({ backend_id: id, spawned: false, status: "ready" });
      await machine.ask("hangar terminate --all --hard --wait");
      await endInOrder(controller, upgraded);
    },
  );
}

/** The command as the next version has it: with one protocol more. Gives the folder that it is in. */
async function writeNewer(dir: string): Promise<string> {
  await cp(resolve("dist"), join(dir, "dist"), { recursive: true });
  await symlink(resolve("node_modules"), join(dir, "node_modules"));
  await cp(resolve("package.json"), join(dir, "package.json"));
  const file = join(dir, "dist", HANDSHAKE);
  const code = await readFile(file, "utf8");
  const changed = code.replace(
    /PROTOCOL_VERSION = \d+/,
    `PROTOCOL_VERSION = ${PROTOCOL_VERSION + 1}`,
  );
  expect(changed).not.toBe(code);
  await writeFile(file, changed);
  await mkdir(join(dir, "bin"));
  const script = `#!/bin/sh\nexec '${process.execPath}' '${join(dir, "dist/src/cli/main.js")}' "$@"\n`;
  await writeFile(join(dir, "bin/hangar"), script, { mode: 0o755 });
  return join(dir, "bin");
}
