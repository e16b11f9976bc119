import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { ensureCommand } from "../../../scripts/debian.ts";
import { tempDir } from "../../harness/temp-dir.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { endInOrder, startServing } from "./serving.ts";
import type { Stage } from "./stage.ts";
import type { Walk } from "./walk.ts";

const run = promisify(execFile);
const SLOW = { timeout: 300_000 };
const COMMAND = "/usr/local/bin/hangar";

/** What the unit of docs/production.md starts, and what comes back from a backup of it. */
export function boxSuite(stage: () => Stage, walk: () => Walk): void {
  test("one box serves by HTTPS, over a restart, and comes back from a backup", SLOW, async () => {
    const { clear, world } = stage();
    await clear();
    await world.setZone("10.0.1.7");
    const box = world.at("box");
    const unit = walk().block("systemd", COMMAND).text;
    await verify(unit);
    const [, line = ""] = /^ExecStart=(.*)$/m.exec(unit) ?? [];
    const [, variable = ""] = /^Environment=(.*)$/m.exec(unit) ?? [];
    const [name = "", value = ""] = variable.split("=");
    const env = { [name]: value };
    const start = async () => await startServing(box, line.replace(COMMAND, "hangar"), { env });
    const connect = async (key: string) =>
      JSON.parse(
        await box.ask(`hangar connect --image hangar/echo --key ${key} --wait --json`, { env }),
      );
    const visit = async (url: string) => {
      const { stdout } = await world.at("second").run(`curl --fail --silent '${url}'`);
      return stdout;
    };
    // StateDirectory makes it.
    await box.ask(`mkdir --parents ${value}`);

    const first = await start();
    const kept = await connect("kept");
    expect(await visit(kept.url)).toContain(kept.backend_id);
    const led = await world.at("second").ask("curl --silent --head http://sessions.example.com/");
    expect(led).toMatch(/^location: https:\/\/sessions\.example\.com\//im);
    await walk().run(".backup");
    const later = await connect("later");

    // With KillMode=process nothing else is told to stop: guard and backends live on.
    await endInOrder(first);
    const guards = box.commands().filter((command) => command.includes("guard-process"));
    expect(guards).toHaveLength(1);
    await walk().run(".restore");
    const second = await start();
    const running = async () => await box.ask("docker ps --format '{{.Names}}'");
    const laterIsGone = async () => !(await running()).includes(later.backend_id);
    await waitFor("what the backup does not know to end", laterIsGone, 30_000);
    expect(await visit(kept.url)).toContain(kept.backend_id);
    await box.ask("hangar terminate --all --hard --wait", { env });
    await endInOrder(second);
  });
}

/** systemd has nothing to say about the unit, but for its command, which is elsewhere here. */
async function verify(unit: string): Promise<void> {
  await ensureCommand("systemd-analyze", "systemd");
  await using dir = await tempDir();
  const file = join(dir.path, "hangar.service");
  await writeFile(file, unit.replace(COMMAND, process.execPath));
  const { stderr } = await run("systemd-analyze", ["verify", file]);
  expect(stderr).toBe("");
}
