import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureCommand } from "../../../scripts/debian.ts";
import { assemble } from "../../../src/shared/service-stack.ts";
import { tempDir } from "../../harness/temp-dir.ts";
import type { Machine } from "./machine.ts";

const TSX = pathToFileURL(resolve("node_modules/tsx/dist/loader.mjs")).href;
const NAME_SERVER = resolve("test/system/machines/name-server.ts");
const CLUSTER = "sessions.example.com.";

export interface Internet extends AsyncDisposable {
  setZone(address: string, lines: string): Promise<void>;
  caRoot(): Promise<string>;
}

export interface InternetOptions {
  address: string;
  /** For the CA's own HTTPS. */
  chain: string;
  key: string;
}

/** What others have for everybody: the DNS of the documents' names, and a CA that asks it. */
export async function startInternet(
  machine: Machine,
  { address, chain, key }: InternetOptions,
): Promise<Internet> {
  await ensureCommand("pebble", "pebble");
  return await assemble(async (stack) => {
    const dir = stack.use(await tempDir());
    const at = (name: string) => join(dir.path, name);
    const setZone = async (leadsTo: string, lines: string) => {
      const names = [CLUSTER, `*.${CLUSTER}`].map((name) => `${name} A ${leadsTo}\n`);
      await writeFile(at("zone"), names.join("") + lines);
    };
    await setZone("10.0.2.3", "");
    const node = `exec '${process.execPath}' --import '${TSX}'`;
    const dns = machine.serve(`${node} '${NAME_SERVER}' ${address} '${at("zone")}'`);
    stack.defer(async () => void (await dns.stop()));
    await writeFile(at("own.crt"), chain);
    await writeFile(at("own.key"), key);
    await writeFile(at("pebble.json"), JSON.stringify(pebbleConfig(at("own.crt"), at("own.key"))));
    const asking = `-config '${at("pebble.json")}' -strict -dnsserver ${address}:53`;
    const pebble = machine.serve(`exec pebble ${asking}`, {
      env: { PEBBLE_VA_NOSLEEP: "1", PEBBLE_WFE_NONCEREJECT: "0" },
    });
    stack.defer(async () => void (await pebble.stop()));
    await Promise.all([dns.until(/name server listens/), pebble.until(/Listening on/i)]);
    return {
      setZone,
      caRoot: () => machine.ask("curl --silent --insecure https://127.0.0.1:15000/roots/0"),
    };
  });
}

function pebbleConfig(certificate: string, privateKey: string) {
  const ports = { httpPort: 5_002, tlsPort: 5_001 };
  const listening = { listenAddress: "0.0.0.0:443", managementListenAddress: "127.0.0.1:15000" };
  return { pebble: { certificate, privateKey, ...listening, ...ports, ocspResponderURL: "" } };
}
