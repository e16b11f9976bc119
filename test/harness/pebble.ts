import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { Agent, get } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { freePort } from "../../scripts/free-port.ts";
import { tempDir } from "./temp-dir.ts";
import { aCertificate } from "./test-certificates.ts";
import { waitFor } from "./wait-for.ts";

export interface PebbleOptions {
  /** Where it looks for TXT records. */
  dnsServer: string;
  certificateSeconds?: number;
  /** Key ids and their HMAC keys; with any, an account must be bound to one. */
  bindings?: Readonly<Record<string, string>>;
  /** The share of good nonces, in percent, that it refuses. */
  refusedNonces?: number;
}

export interface Pebble extends AsyncDisposable {
  readonly directory: string;
  /** What signs its own HTTPS. */
  readonly ca: string;
  /** What signs the certificates that it issues. */
  readonly root: string;
  readonly lines: readonly string[];
}

/** A real ACME server. It proves what it is asked to, looking for the records in DNS. */
export async function startPebble(options: PebbleOptions): Promise<Pebble> {
  const dir = await tempDir();
  const own = await aCertificate(["localhost", "127.0.0.1"]);
  const [port, managementPort] = [await freePort(), await freePort()];
  const files = { certificate: join(dir.path, "own.crt"), privateKey: join(dir.path, "own.key") };
  await writeFile(files.certificate, own.chain);
  await writeFile(files.privateKey, own.key);
  const config = join(dir.path, "pebble.json");
  const { bindings = {}, certificateSeconds = 86_400 } = options;
  const pebble = {
    ...files,
    listenAddress: `127.0.0.1:${port}`,
    managementListenAddress: `127.0.0.1:${managementPort}`,
    httpPort: 5_002,
    tlsPort: 5_001,
    ocspResponderURL: "",
    externalAccountBindingRequired: Object.keys(bindings).length > 0,
    externalAccountMACKeys: bindings,
    certificateValidityPeriod: certificateSeconds,
  };
  await writeFile(config, JSON.stringify({ pebble }));
  const lines: string[] = [];
  const child = spawn("pebble", ["-config", config, "-strict", "-dnsserver", options.dnsServer], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      PEBBLE_VA_NOSLEEP: "1",
      PEBBLE_AUTHZREUSE: "0",
      PEBBLE_WFE_NONCEREJECT: String(options.refusedNonces ?? 5),
    },
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (said: string) => lines.push(said));
  }
  const end = async () => {
    await kill(child);
    await dir[Symbol.asyncDispose]();
  };
  try {
    const rootUrl = `https://127.0.0.1:${managementPort}/roots/0`;
    const root = await waitFor("Pebble", () => ask(rootUrl, own.chain).catch(() => undefined));
    const directory = `https://127.0.0.1:${port}/dir`;
    return { directory, ca: own.chain, root, lines, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw new Error(`Pebble did not start: ${lines.join("")}`, { cause: error });
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function ask(url: string, ca: string): Promise<string> {
  const request = get(url, { agent: new Agent({ ca }) });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return await text(response);
}
