import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { chmod, readFile, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import { join } from "node:path";
import { expect, test } from "vitest";
import { respond } from "../../../dns/respond.ts";
import { listenUdp } from "../../../dns/udp-listener.ts";
import { CertificateDesk } from "../../../proxy/acme/certificate-desk.ts";
import { publishAtDesk } from "../../../proxy/acme/challenge-publisher.ts";
import { orderCertificate } from "../../../proxy/acme/order-certificate.ts";
import { freePort } from "../../../scripts/free-port.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { startHangar } from "../../cli/run-hangar.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { tempDir } from "../../harness/temp-dir.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { anAcmeCluster, DOMAIN, seenBy } from "./an-acme-cluster.ts";

test("of two proxies one orders, by DNS of our own, and both serve what the CA has issued", async () => {
  await using cluster = await anAcmeCluster({ refusedNonces: 30 });
  const { pebble } = cluster;
  const proxies = await Promise.all(["px-one", "px-two"].map((name) => cluster.startProxy(name)));
  const seen = await Promise.all(
    proxies.map((proxy) =>
      waitFor("a certificate", () => seenBy(pebble, proxy).catch(() => undefined), 30_000),
    ),
  );
  expect(seen[0]?.fingerprint256).toBe(seen[1]?.fingerprint256);
  expect(seen[0]?.subjectaltname).toBe(`DNS:${DOMAIN}, DNS:*.${DOMAIN}`);
  expect(cluster.told("ordering a certificate")).toHaveLength(1);
  for (const proxy of proxies) await seenBy(pebble, proxy, DOMAIN);
  const request = get(`https://127.0.0.1:${proxies[0]?.port}/health`, {
    ca: pebble.root,
    servername: DOMAIN,
    headers: { host: DOMAIN },
    agent: false,
  });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  expect(response.statusCode).toBe(200);
  response.resume();
  expect(cluster.lines.join("")).not.toContain("PRIVATE KEY");
  // What proved the names is gone.
  const challenge = `${cluster.controller.url}/v1/acme/domains/${DOMAIN}/challenge`;
  const headers = { authorization: `Bearer ${cluster.controller.keys.proxy}` };
  expect(await (await fetch(challenge, { headers })).json()).toEqual({ values: [] });
});

test("of a proxy's workers one orders, and all serve it, those of a rolling restart too", {
  timeout: 120_000,
}, async () => {
  await using cluster = await anAcmeCluster();
  const { controller, pebble } = cluster;
  await using dir = await tempDir();
  const acmeCa = join(dir.path, "ca.pem");
  await writeFile(acmeCa, pebble.ca);
  const port = await freePort();
  const words = ["proxy", "--workers", "2", "--port", String(port), "--acme-ca", acmeCa];
  const primary = startHangar([...words, "--acme-directory", pebble.directory], {
    HANGAR_CONTROLLER: controller.url,
    HANGAR_KEY: controller.keys.proxy,
    HANGAR_CLUSTER: `https://${DOMAIN}`,
  });
  let log = "";
  for (const stream of [primary.stdout, primary.stderr])
    stream?.on("data", (said: Buffer) => {
      log += String(said);
    });
  const times = (text: string) => log.split(text).length - 1;
  const seen = () =>
    Promise.all(
      [1, 2, 3, 4].map(async () => (await seenBy(pebble, { port }, DOMAIN)).fingerprint256),
    );
  await waitFor("both to have it", () => times("certificate is served") === 2, 40_000);
  const [first, ...others] = await seen();
  expect(new Set(others)).toEqual(new Set([first]));
  expect(times("ordering a certificate")).toBe(1);
  primary.kill("SIGUSR2");
  await waitFor("the restart", () => times("all workers are new") === 1, 40_000);
  expect(new Set(await seen())).toEqual(new Set([first]));
  expect(times("ordering a certificate")).toBe(1);
});

test("a proxy that comes later, or again, takes what is there", async () => {
  await using cluster = await anAcmeCluster();
  const first = await cluster.startProxy("px-one");
  const ordered = await waitFor(
    "a certificate",
    () => seenBy(cluster.pebble, first).catch(() => undefined),
    30_000,
  );
  const second = await cluster.startProxy("px-two");
  const taken = await waitFor("the same", () =>
    seenBy(cluster.pebble, second).catch(() => undefined),
  );
  expect(taken.fingerprint256).toBe(ordered.fingerprint256);
  expect(cluster.told("ordering a certificate")).toHaveLength(1);
});

test("a certificate is renewed when a third of its life is left, and all serve the new one", async () => {
  await using cluster = await anAcmeCluster({ certificateSeconds: 20 });
  const { pebble } = cluster;
  const proxies = await Promise.all(
    ["px-one", "px-two"].map((name) => cluster.startProxy(name, { email: "ops@hangar.test" })),
  );
  const prints = async () => {
    const seen = await Promise.all(
      proxies.map((proxy) => seenBy(pebble, proxy).catch(() => undefined)),
    );
    return seen.map((each) => each?.fingerprint256);
  };
  const both = async () => {
    const [one, two] = await prints();
    return one === two ? one : undefined;
  };
  const first = await waitFor("the first", both, 30_000);
  const second = await waitFor(
    "its successor",
    async () => {
      const now = await both();
      return now === first ? undefined : now;
    },
    30_000,
  );
  expect(second).not.toBe(first);
  const orders = cluster.told("ordering a certificate");
  expect(orders[1]).toContain("a third of its life is left");
});

test("the account of a key is made once, and found again, with an address and without", async () => {
  await using cluster = await anAcmeCluster();
  const { controller, pebble } = cluster;
  const { log } = recordingLog();
  const joined = { controllerUrl: controller.url, key: controller.keys.proxy };
  const desk = new CertificateDesk({ ...joined, domain: DOMAIN, holder: "px-one/identity" });
  const signal = new AbortController().signal;
  await desk.claim(60_000, signal);
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const accountKey = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const order = (email?: string) =>
    orderCertificate(
      { clock: systemClock, log, publisher: publishAtDesk(desk) },
      {
        domain: DOMAIN,
        accountKey,
        config: {
          kind: "acme",
          directory: pebble.directory,
          trustedCa: pebble.ca,
          pollIntervalMs: 50,
          ...(email === undefined ? {} : { email }),
        },
      },
      signal,
    );
  for (const email of [undefined, undefined, "ops@hangar.test"]) {
    expect((await order(email)).chain).toContain("BEGIN CERTIFICATE");
  }
  const made = pebble.lines.join("").match(/There are now \d+ accounts/g);
  expect(made).toEqual(["There are now 1 accounts"]);
});

test("an account is bound to what the CA knows of its customer; without it nothing is issued", async () => {
  const hmacKey = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";
  {
    await using cluster = await anAcmeCluster({ bindings: { "kid-1": hmacKey } });
    const bound = await cluster.startProxy("px-one", { binding: { kid: "kid-1", hmacKey } });
    await waitFor(
      "a certificate",
      () => seenBy(cluster.pebble, bound).catch(() => undefined),
      30_000,
    );
  }
  await using cluster = await anAcmeCluster({ bindings: { "kid-1": hmacKey } });
  await cluster.startProxy("px-two");
  const [line] = await waitFor(
    "the refusal to be told",
    () => {
      const told = cluster.told("no certificate was issued");
      return told.length > 0 ? told : undefined;
    },
    30_000,
  );
  expect(line).toContain("externalAccountBinding");
});

test("a hook puts the records where the CA looks, and takes them back", async () => {
  await using dir = await tempDir();
  const calls = join(dir.path, "calls");
  const hook = join(dir.path, "hook.sh");
  await writeFile(hook, `#!/bin/sh\necho "$@" >> '${calls}'\n`);
  await chmod(hook, 0o755);
  await using records = await serveRecords(calls);
  await using cluster = await anAcmeCluster({ dnsServer: `127.0.0.1:${records.port}` });
  const proxy = await cluster.startProxy("px-one", { hook });
  await waitFor(
    "a certificate",
    () => seenBy(cluster.pebble, proxy).catch(() => undefined),
    30_000,
  );
  const said = (await callsIn(calls)).map(([verb, name]) => `${verb} ${name}`);
  const name = `_acme-challenge.${DOMAIN}`;
  const twice = (verb: string) => [`${verb} ${name}`, `${verb} ${name}`];
  expect(said).toEqual([...twice("present"), ...twice("cleanup")]);
});

/** Somebody else's name server, which answers with what the hook has put there. */
async function serveRecords(calls: string) {
  const { log } = recordingLog();
  const lookUp = async () => {
    const told = await callsIn(calls);
    const valuesOf = (verb: string) =>
      told.filter(([each]) => each === verb).map(([, , v = ""]) => v);
    const gone = valuesOf("cleanup");
    return valuesOf("present").filter((value) => !gone.includes(value));
  };
  const deps = { log, served: { zone: undefined, nameServer: undefined }, lookUp };
  const port = await freePort();
  const listener = await listenUdp(
    { log, respond: (message) => respond(deps, message, "udp") },
    "127.0.0.1",
    port,
  );
  return { port, [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose]() };
}

async function callsIn(file: string): Promise<string[][]> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text === ""
    ? []
    : text
        .trim()
        .split("\n")
        .map((line) => line.split(" "));
}

test("an order that fails is told of with the CA's reason, and not tried again at once", async () => {
  await using cluster = await anAcmeCluster({ dnsServer: "127.0.0.1:9" });
  await cluster.startProxy("px-one");
  await cluster.startProxy("px-two");
  const [line] = await waitFor(
    "the failure",
    () => {
      const told = cluster.told("no certificate was issued");
      return told.length > 0 ? told : undefined;
    },
    40_000,
  );
  expect(line).toContain(DOMAIN);
  const refused = cluster.told("not to be ordered here and now").length;
  await waitFor(
    "both to ask again",
    () => cluster.told("not to be ordered here and now").length > refused + 3,
    20_000,
  );
  expect(cluster.told("ordering a certificate")).toHaveLength(1);
});
