import { appendFile, chmod, mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { assemble } from "../../../src/shared/service-stack.ts";
import { tellingEnv } from "../../harness/answers/told-answers.ts";
import { tempDir } from "../../harness/temp-dir.ts";
import { aCertificate } from "../../harness/test-certificates.ts";
import { startInternet } from "./internet.ts";
import type { Machine } from "./machine.ts";
import { Machines } from "./machines.ts";

const COMMAND = resolve("dist/src/cli/main.js");
/** Where the documents' CA is. */
const ACME_HOST = "acme-v02.api.letsencrypt.org";
const INTERNET = "198.51.100.1";

/**
 * The machines of the documents, under the addresses and names that stand there, so that their commands run as
 * they stand. `box` is the one box, and the drone's machine where there are several.
 */
const MACHINES = {
  box: ["10.0.1.7", "10.0.0.7"],
  controller: ["10.0.0.2"],
  second: ["10.0.0.3"],
  balancer: ["10.0.0.9"],
  db: ["10.0.0.5"],
  proxy: ["10.0.2.3"],
  front: ["10.0.2.9"],
  ns: ["203.0.113.7"],
  internet: [INTERNET],
};
export type MachineName = keyof typeof MACHINES;

const NAMES = {
  "10.0.0.2": ["controller"],
  "10.0.0.9": ["hangar.example.com"],
  "10.0.0.5": ["db", "db.internal"],
  [INTERNET]: [ACME_HOST],
};

export interface World extends AsyncDisposable {
  /** Where the commands of several machines find their files, the sessions' certificate among them. */
  readonly folder: string;
  at(name: MachineName): Machine;
  /** Where the sessions' names lead, and what else stands in the zones. */
  setZone(address: string, lines?: string): Promise<void>;
}

export async function startWorld(): Promise<World> {
  return await assemble(async (stack) => {
    const dir = stack.use(await tempDir());
    const folder = join(dir.path, "folder");
    const bin = join(dir.path, "bin");
    const own = await aCertificate(["hangar.example.com", ACME_HOST]);
    const sessions = await aCertificate(["sessions.example.com", "*.sessions.example.com"]);
    await writeCommand(bin);
    await mkdir(folder);
    const trusted = join(dir.path, "trusted.pem");
    await writeFile(trusted, [own.chain, sessions.chain].join("\n"));
    const env = {
      ...tellingEnv(),
      PATH: `${bin}:${process.env.PATH}`,
      NODE_EXTRA_CA_CERTS: trusted,
      CURL_CA_BUNDLE: trusted,
    };
    const options = { machines: MACHINES, names: NAMES, nameServer: INTERNET, env };
    const machines = stack.use(await Machines.start(options));
    await machines.writeEtc("haproxy/hangar.pem", `${own.chain}\n${own.key}`);
    for (const [name, text] of [["crt", sessions.chain] as const, ["key", sessions.key] as const]) {
      await machines.writeEtc(`hangar/sessions.${name}`, text);
      await writeFile(join(folder, `sessions.${name}`), text);
    }
    const internet = await startInternet(machines.at("internet"), { address: INTERNET, ...own });
    stack.use(internet);
    await appendFile(trusted, `\n${await internet.caRoot()}`);
    return {
      folder,
      at: (name: MachineName) => machines.at(name),
      setZone: (address: string, lines = "") => internet.setZone(address, lines),
    };
  });
}

/** `hangar`, as an installation has it in the PATH. */
async function writeCommand(bin: string): Promise<void> {
  await mkdir(bin);
  const script = `#!/bin/sh\nexec '${process.execPath}' '${COMMAND}' "$@"\n`;
  await writeFile(join(bin, "hangar"), script);
  await chmod(join(bin, "hangar"), 0o755);
}
