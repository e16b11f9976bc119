import { generateKeyPairSync } from "node:crypto";
import type { Cluster } from "../../src/protocol/cluster.ts";
import { newIdentity } from "../../src/protocol/ids.ts";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import { assemble } from "../../src/shared/service-stack.ts";
import { CertificateDesk } from "../acme/certificate-desk.ts";
import { CertificateKeeper } from "../acme/certificate-keeper.ts";
import { publishAtDesk, publishByHook } from "../acme/challenge-publisher.ts";
import { orderCertificate } from "../acme/order-certificate.ts";
import type { AcmeConfig, ProxyConfig } from "../config.ts";
import { CertificateFiles } from "./certificate-files.ts";
import { CertificateShelf } from "./certificate-shelf.ts";
import { warnOfExpiry } from "./warn-of-expiry.ts";

interface TlsDeps {
  clock: Clock;
  log: Log;
}

type TlsSettings = Pick<ProxyConfig, "tls" | "controllerUrl" | "key" | "name">;

export interface Tls extends AsyncDisposable {
  /** From a CA the first one may come later. */
  readonly shelf: CertificateShelf;
}

/** Gets the certificates, and goes on getting them; undefined where TLS is not wanted. */
export async function openTls(
  { clock, log }: TlsDeps,
  settings: TlsSettings,
  cluster: Cluster,
): Promise<Tls | undefined> {
  const { tls } = settings;
  if (tls === undefined) return undefined;
  if (cluster.scheme !== "https") {
    throw new Error(
      `the cluster ${cluster.name} is one of plain HTTP: with TLS it is named https://${cluster.name}, wherever it is named`,
    );
  }
  return await assemble(async (services) => {
    const shelf = new CertificateShelf();
    const deps = { clock, log, shelf };
    services.use(
      tls.kind === "files"
        ? await CertificateFiles.open(deps, tls.files)
        : keepFromCa(deps, settings, cluster.host, tls),
    );
    services.use(warnOfExpiry(deps));
    return { shelf };
  });
}

function keepFromCa(
  deps: TlsDeps & { shelf: CertificateShelf },
  { controllerUrl, key, name }: TlsSettings,
  domain: string,
  config: AcmeConfig,
): CertificateKeeper {
  const { clock, log } = deps;
  const { directory, hook } = config;
  const desk = new CertificateDesk({
    controllerUrl,
    key,
    domain,
    holder: `${name}/${newIdentity()}`,
  });
  const publisher = hook === undefined ? publishAtDesk(desk) : publishByHook(hook, domain);
  const order = async (signal: AbortSignal) => {
    const accountKey = await desk.accountKey(directory, newAccountKey(), signal);
    return orderCertificate({ clock, log, publisher }, { domain, accountKey, config }, signal);
  };
  const wanted = { domain, directory, jitter: Math.random() };
  return new CertificateKeeper({ ...deps, desk, order }, wanted);
}

function newAccountKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}
