import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import Docker from "dockerode";
import { expect, test } from "vitest";
import { freePort } from "../scripts/free-port.ts";
import { tempDir } from "./harness/temp-dir.ts";
import { waitFor } from "./harness/wait-for.ts";

const run = promisify(execFile);
const readme = readFileSync("README.md", "utf8");

/** The commands below `<!-- run: NAME -->`, as they stand. */
function commandsOf(name: string): string {
  const block = new RegExp(`<!-- run: ${name} -->\n\`\`\`sh\n([^]*?)\`\`\``).exec(readme)?.[1];
  if (block === undefined) throw new Error(`README.md has no commands named ${name}`);
  return block;
}

test("the commands of the README do what it says", async () => {
  await using home = await tempDir();
  const [port, proxyPort] = [await freePort(), await freePort()];
  const network = `hangar-readme-${proxyPort}`;
  const env = {
    PATH: process.env.PATH,
    HOME: home.path,
    HANGAR_URL: `http://127.0.0.1:${port}`,
    HANGAR_PORT: String(port),
    HANGAR_PROXY_PORT: String(proxyPort),
    HANGAR_NAME: `dr-readme-${proxyPort}`,
    HANGAR_NETWORK: network,
  };
  const hangar = spawn("bash", ["-c", commandsOf("up")], { env, detached: true });
  const said: string[] = [];
  hangar.stdout.on("data", (text) => said.push(String(text)));
  try {
    await waitFor("the banner", () => said.join("").includes("hangar connect"), 30_000);
    const shell = async (name: string) => {
      const script = commandsOf(name)
        .replaceAll("127.0.0.1:8080", `127.0.0.1:${port}`)
        .replaceAll("dr-box", env.HANGAR_NAME);
      return (await run("bash", ["-euo", "pipefail", "-c", script], { env })).stdout;
    };
    const rest = JSON.parse(await shell("rest"));
    expect(rest).toMatchObject({ spawned: true, status: "ready", key: { name: "doc-42" } });
    await run("npx", ["hangar", "terminate", rest.backend_id, "--wait"], { env });
    const session = await shell("first-session");
    expect(session).toContain(`.localhost:${proxyPort}/`);
    expect(session).toContain('"x-verified-username":"ada"');
    expect(session).toContain("hangar/echo");
    expect(session).toMatch(/ready/);
    const keys = await shell("keys");
    expect(keys).toMatch(/^hak_\w+\nhak_\w+\n/);
    expect(keys).toMatch(/ci +connect, read +ci +50\/s, 100 at once +in 29d +never/);
    expect(keys).toMatch(/api-key\.create/);
    const care = await shell("look-after");
    expect(care).toContain("✔ WebSocket");
    expect(care).toMatch(/◌ draining.*no backends are live/);
    expect(care).toMatch(/● healthy.*no backends are live/);
  } finally {
    if (hangar.pid !== undefined) process.kill(-hangar.pid, "SIGTERM");
    await once(hangar, "exit");
    const docker = new Docker();
    const label = [`dev.hangar.drone=${env.HANGAR_NAME}`];
    for (const { Id } of await docker.listContainers({ all: true, filters: { label } })) {
      await docker.getContainer(Id).remove({ force: true });
    }
    await docker.getNetwork(network).remove();
  }
});
