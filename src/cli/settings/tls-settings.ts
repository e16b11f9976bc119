import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import type { AcmeConfig, ProxyConfig, TlsConfig } from "../../../proxy/config.ts";
import { CliError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";
import { parseAcmeDirectory } from "./parse-acme-directory.ts";
import { parseList } from "./parse-list.ts";
import { parseListenPort } from "./parse-number.ts";
import { setting } from "./setting.ts";

/** Whether browsers come by HTTPS, and with which certificates. */
export interface TlsSettings {
  tlsCert?: readonly string[];
  tlsKey?: readonly string[];
  httpRedirect?: number;
  acmeDirectory?: string;
  acmeEmail?: string;
  acmeEabKid?: string;
  acmeEabHmac?: string;
  acmeCa?: string;
  acmeHook?: string;
}

const asPath = (text: string) => resolve(text);

export function addTlsSettings(command: Command): Command {
  return command
    .optionsGroup("HTTPS:")
    .addOption(
      setting(
        "--tls-cert <file>",
        "PEM, the certificate first and then its chain; repeatable, then the one that fits the name is served; loaded anew when it changes",
      ).argParser(parseList),
    )
    .addOption(
      setting(
        "--tls-key <file>",
        "PEM, its key; as many as certificates, in their order",
      ).argParser(parseList),
    )
    .addOption(
      setting(
        "--http-redirect <port>",
        "listen there for plain HTTP, and send everybody to HTTPS",
      ).argParser(parseListenPort),
    )
    .addOption(
      setting(
        "--acme-directory <url>",
        "get the certificate from this CA, agreeing to its terms; or letsencrypt, letsencrypt-staging",
      ).argParser(parseAcmeDirectory),
    )
    .addOption(setting("--acme-email <address>", "where the CA may write to"))
    .addOption(setting("--acme-eab-kid <id>", "key id of an External Account Binding"))
    .addOption(setting("--acme-eab-hmac <key>", "its key, in base64url"))
    .addOption(
      setting(
        "--acme-ca <file>",
        "PEM of what signs the CA's own HTTPS, if Node does not",
      ).argParser(asPath),
    )
    .addOption(
      setting(
        "--acme-hook <command>",
        "run with `present NAME VALUE` and `cleanup NAME VALUE` to set TXT records; done when they can be found; default: `hangar dns` answers for them",
      ),
    );
}

/** Rejects, before anything runs, what does not fit together. */
export async function toTlsSettings(
  settings: TlsSettings,
): Promise<Pick<ProxyConfig, "tls" | "httpRedirectPort">> {
  const { httpRedirect, acmeDirectory, acmeEmail, acmeEabKid, acmeEabHmac, acmeCa, acmeHook } =
    settings;
  const ofCa = [acmeEmail, acmeEabKid, acmeEabHmac, acmeCa, acmeHook];
  if (acmeDirectory === undefined && ofCa.some((value) => value !== undefined)) {
    throw misfit("The --acme-… options need a CA.", ["Name it with --acme-directory."]);
  }
  const tls = toFiles(settings) ?? (await toAcme(settings));
  if (tls === undefined && httpRedirect !== undefined) {
    throw misfit("--http-redirect leads to HTTPS, which is not served here.", [
      "Give a certificate with --tls-cert and --tls-key, or a CA with --acme-directory.",
    ]);
  }
  return {
    ...(tls === undefined ? {} : { tls }),
    ...(httpRedirect === undefined ? {} : { httpRedirectPort: httpRedirect }),
  };
}

/** Whether HTTPS is served at all. */
export function wantsTls({ tlsCert, acmeDirectory }: TlsSettings): boolean {
  return tlsCert !== undefined || acmeDirectory !== undefined;
}

function toFiles({ tlsCert = [], tlsKey = [], acmeDirectory }: TlsSettings): TlsConfig | undefined {
  if (tlsCert.length !== tlsKey.length) {
    throw misfit(
      `--tls-cert is given ${times(tlsCert.length)}, --tls-key ${times(tlsKey.length)}.`,
      ["Each certificate needs its key, in the same order."],
    );
  }
  if (tlsCert.length === 0) return undefined;
  if (acmeDirectory !== undefined) {
    throw misfit("--tls-cert and --acme-directory both say where the certificate comes from.", [
      "Choose one of them.",
    ]);
  }
  const files = tlsCert.map((certFile, index) => ({
    certFile: resolve(certFile),
    keyFile: resolve(tlsKey[index] ?? ""),
  }));
  return { kind: "files", files };
}

async function toAcme(settings: TlsSettings): Promise<AcmeConfig | undefined> {
  const { acmeDirectory, acmeEmail, acmeEabKid, acmeEabHmac, acmeCa, acmeHook } = settings;
  if (acmeDirectory === undefined) return undefined;
  if ((acmeEabKid === undefined) !== (acmeEabHmac === undefined)) {
    throw misfit("--acme-eab-kid and --acme-eab-hmac need each other.", []);
  }
  return {
    kind: "acme",
    directory: acmeDirectory,
    ...(acmeEmail === undefined ? {} : { email: acmeEmail }),
    ...(acmeEabKid === undefined || acmeEabHmac === undefined
      ? {}
      : { binding: { kid: acmeEabKid, hmacKey: acmeEabHmac } }),
    ...(acmeCa === undefined ? {} : { trustedCa: await readCa(acmeCa) }),
    ...(acmeHook === undefined ? {} : { hook: acmeHook }),
  };
}

async function readCa(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new CliError(`Cannot read --acme-ca: ${(cause as Error).message}`, {
      exitCode: EXIT.usage,
      hints: ["It is a file of PEM."],
      cause,
    });
  }
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}

function misfit(message: string, hints: readonly string[]): CliError {
  return new CliError(message, { exitCode: EXIT.usage, hints });
}
