import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile, stat } from "node:fs/promises";
import { get as getPlain, type IncomingMessage } from "node:http";
import { get as getSecure } from "node:https";
import { join, resolve } from "node:path";
import type { CertificateFile } from "../../proxy/config.ts";
import { freePort } from "../../scripts/free-port.ts";
import { createClient, type HangarClient } from "../../src/client/client.ts";
import { finished, startHangar } from "../cli/run-hangar.ts";
import { endBackends } from "../harness/end-backends.ts";
import { tempDir } from "../harness/temp-dir.ts";
import { waitFor } from "../harness/wait-for.ts";

const PATIENCE_MS = 30_000;

export interface ProcessSite extends AsyncDisposable {
  readonly client: HangarClient;
  readonly cluster: string;
  readonly proxy: ChildProcess;
  /** Kills the proxy, and starts another in its place. */
  replaceProxy(): Promise<void>;
}

/** Controller, drone and proxy as three processes without Docker; their backends are the apps of `test/system/apps`. */
export async function startProcessSite(
  host = "localhost",
  tls?: CertificateFile,
): Promise<ProcessSite> {
  const dir = await tempDir();
  const [port, proxyPort] = [await freePort(), await freePort()];
  const cluster = `${tls === undefined ? "" : "https://"}${host}:${proxyPort}`;
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
  const tlsFlags = tls === undefined ? [] : ["--tls-cert", tls.certFile, "--tls-key", tls.keyFile];
  const startProxy = () =>
    startHangar(["proxy", ...tlsFlags], { ...env, HANGAR_PORT: String(proxyPort) });
  const proxy = startProxy();
  parts.push(proxy, startHangar(["drone", "--runtime", "process"], env));
  const ends = parts.map(finished);
  const admin = await readFile(key("admin"), "utf8");
  const client = createClient({ url, key: admin.trim() });
  const isUp = async () =>
    (await client.listDrones()).some(({ healthy }) => healthy) &&
    (await isReady(proxyPort, tls !== undefined));
  await waitFor("drone and proxy", () => isUp().catch(() => false), PATIENCE_MS);
  return {
    client,
    cluster,
    proxy,
    async replaceProxy() {
      const old = parts.findIndex((part) => part.spawnargs.includes("proxy"));
      parts[old]?.kill("SIGKILL");
      await ends[old];
      const next = startProxy();
      parts[old] = next;
      ends[old] = finished(next);
      await waitFor("the new proxy", () => isUp().catch(() => false), PATIENCE_MS);
    },
    async [Symbol.asyncDispose]() {
      await endBackends(client);
      for (const part of parts.reverse()) part.kill("SIGTERM");
      await Promise.all(ends);
      await dir[Symbol.asyncDispose]();
    },
  };
}

async function isReady(port: number, isSecure: boolean): Promise<boolean> {
  const asked = isSecure
    ? getSecure({ host: "127.0.0.1", port, path: "/ready", rejectUnauthorized: false })
    : getPlain({ host: "127.0.0.1", port, path: "/ready" });
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  response.resume();
  return response.statusCode === 200;
}
