import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureCommand } from "../../../scripts/debian.ts";
import { assemble } from "../../../src/shared/service-stack.ts";
import { tempDir } from "../../harness/temp-dir.ts";
import type { Machine } from "./machine.ts";

const TSX = pathToFileURL(resolve("node_modules/tsx/dist/loader.mjs")).href;
const NAME_SERVER = resolve("test/system/machines/name-server.ts");
const PEBBLE = "127.0.0.1:14000";
const CLUSTER = "sessions.example.com.";

export interface Internet extends AsyncDisposable {
  setZone(address: string, lines: string): Promise<void>;
  /** What signs the certificates that the CA issues. */
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
  await ensureCommand("haproxy", "haproxy");
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
    await writeFile(at("own.pem"), `${chain}\n${key}`);
    await writeFile(at("front.cfg"), frontConfig(at("own.pem")));
    await writeFile(at("pebble.json"), JSON.stringify(pebbleConfig(at("own.crt"), at("own.key"))));
    const asking = `-config '${at("pebble.json")}' -strict -dnsserver ${address}:53`;
    const pebble = machine.serve(`exec pebble ${asking}`, {
      env: { PEBBLE_VA_NOSLEEP: "1", PEBBLE_WFE_NONCEREJECT: "0" },
    });
    stack.defer(async () => void (await pebble.stop()));
    const front = machine.serve(`exec haproxy -db -f '${at("front.cfg")}'`);
    stack.defer(async () => void (await front.stop()));
    await Promise.all([dns.until(/name server listens/), pebble.until(/Listening on/i)]);
    return {
      setZone,
      caRoot: () => machine.ask("curl --silent --insecure https://127.0.0.1:15000/roots/0"),
    };
  });
}

/** Pebble's directory has another name than that of the CA whose place it takes. */
function frontConfig(pem: string): string {
  return `defaults
  mode http
  timeout connect 5s
  timeout client 1h
  timeout server 1h
listen ca
  bind :443 ssl crt ${pem}
  http-request replace-path ^/directory$ /dir
  server pebble ${PEBBLE} ssl verify none
`;
}

function pebbleConfig(certificate: string, privateKey: string) {
  const ports = { httpPort: 5_002, tlsPort: 5_001 };
  const listening = { listenAddress: PEBBLE, managementListenAddress: "127.0.0.1:15000" };
  return { pebble: { certificate, privateKey, ...listening, ...ports, ocspResponderURL: "" } };
}
