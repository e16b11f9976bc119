import type { ChildProcess } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createClient, type HangarClient } from "../../src/client/client.ts";
import { finished, startHangar } from "../cli/run-hangar.ts";
import { freePort } from "../harness/free-port.ts";
import { tempDir } from "../harness/temp-dir.ts";
import { waitFor } from "../harness/wait-for.ts";

const PATIENCE_MS = 30_000;

export interface ProcessSite extends AsyncDisposable {
  readonly client: HangarClient;
  readonly cluster: string;
  readonly proxy: ChildProcess;
}

/** Controller, drone and proxy as three processes without Docker; their backends are the apps of `test/system/apps`. */
export async function startProcessSite(host = "localhost"): Promise<ProcessSite> {
  const dir = await tempDir();
  const [port, proxyPort] = [await freePort(), await freePort()];
  const cluster = `${host}:${proxyPort}`;
  const url = `http://127.0.0.1:${port}`;
  const env = {
    HANGAR_PORT: String(port),
    HANGAR_CONTROLLER: url,
    HANGAR_CLUSTER: cluster,
    HANGAR_DATA_DIR: join(dir.path, "data"),
    HANGAR_APPS_DIR: resolve("test/system/apps"),
  };
  const parts = [startHangar(["controller"], env)];
  const key = (scope: string) => join(dir.path, `data/keys/${scope}.key`);
  await waitFor("the keys", () => stat(key("proxy")).catch(() => undefined), PATIENCE_MS);
  const proxy = startHangar(["proxy"], { ...env, HANGAR_PORT: String(proxyPort) });
  parts.push(proxy, startHangar(["drone", "--runtime", "process"], env));
  const ends = parts.map(finished);
  const admin = await readFile(key("admin"), "utf8");
  const client = createClient({ url, key: admin.trim() });
  const isUp = async () =>
    (await client.listDrones()).some(({ healthy }) => healthy) &&
    (await fetch(`http://127.0.0.1:${proxyPort}/ready`)).ok;
  await waitFor("drone and proxy", () => isUp().catch(() => false), PATIENCE_MS);
  return {
    client,
    cluster,
    proxy,
    async [Symbol.asyncDispose]() {
      for await (const { id } of client.listBackends()) await client.terminate(id, { hard: true });
      const live = async () => (await client.listDrones())[0]?.live_backends;
      await waitFor("no live backend", async () => (await live()) === 0, PATIENCE_MS);
      for (const part of parts.reverse()) part.kill("SIGTERM");
      await Promise.all(ends);
      await dir[Symbol.asyncDispose]();
    },
  };
}
