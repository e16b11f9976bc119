import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../../../scripts/free-port.ts";
import type { Contender, RunningProxy } from "../contender.ts";
import { CLUSTER } from "../requests.ts";
import { runProgram } from "../run-program.ts";

/** Hangar takes part once with each of these engines. */
export const ENGINES = ["direct", "http-proxy"] as const;
type Engine = (typeof ENGINES)[number];

const ROOT = new URL("../../../", import.meta.url);
/** Built, as people run it: what compiles on the fly would slow it down. */
const COMMAND = fileURLToPath(new URL("dist/src/cli/main.js", ROOT));
const READY_DEADLINE_MS = 10_000;

export function hangar(engine: Engine): Contender {
  return {
    name: `hangar-${engine}`,
    title: `Hangar, ${engine}`,
    does: "checks the cookie's token and the origin, looks the route up, sets X-Forwarded-*, verified headers and a request id, takes its cookie out, counts activity",
    async prepare() {
      if (!existsSync(COMMAND)) throw new Error("build Hangar first: npm run build");
      const { version } = JSON.parse(await readFile(new URL("package.json", ROOT), "utf8"));
      return version as string;
    },
    async start({ controllerUrl, dir }) {
      const port = await freePort();
      const keyFile = join(dir, "proxy.key");
      await writeFile(keyFile, "hak_bench\n", { mode: 0o600 });
      const command = [
        ...[process.execPath, COMMAND, "proxy", "--name", `px-${engine}`, "--cluster", CLUSTER],
        ...["--host", "127.0.0.1", "--port", String(port)],
        ...["--controller", controllerUrl, "--key-file", keyFile],
        ...["--engine", engine],
        // All load comes from one address.
        ...["--max-connections", "20000", "--max-connections-per-address", "20000"],
      ];
      return await untilReady(await runProgram({ command, port, dir }));
    },
  };
}

/** It knows its controller, and so can ask for routes. */
async function untilReady(proxy: RunningProxy): Promise<RunningProxy> {
  const deadline = performance.now() + READY_DEADLINE_MS;
  const isReady = () =>
    fetch(`http://127.0.0.1:${proxy.port}/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isReady())) {
    if (performance.now() > deadline) {
      await proxy[Symbol.asyncDispose]();
      throw new Error("the proxy did not find its controller");
    }
    await delay(20);
  }
  return proxy;
}
