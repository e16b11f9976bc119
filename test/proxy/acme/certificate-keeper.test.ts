import { expect, test } from "vitest";
import { startController } from "../../../controller/index.ts";
import { CertificateDesk } from "../../../proxy/acme/certificate-desk.ts";
import { CertificateKeeper } from "../../../proxy/acme/certificate-keeper.ts";
import type { KeyPair } from "../../../proxy/tls/certificate.ts";
import { CertificateShelf } from "../../../proxy/tls/certificate-shelf.ts";
import { ORDER_RETRY_MS } from "../../../src/protocol/timings.ts";
import { ServiceStack } from "../../../src/shared/service-stack.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { tempDir } from "../../harness/temp-dir.ts";
import { aCertificate } from "../../harness/test-certificates.ts";
import { TestClock } from "../../harness/test-clock.ts";
import { waitFor } from "../../harness/wait-for.ts";

const DOMAIN = "sessions.example.com";
const DIRECTORY = "https://ca.example/dir";
const DAY_MS = 86_400_000;

type Order = (signal: AbortSignal) => Promise<KeyPair>;

/** A real controller, and proxies' keepers on one clock with a CA that does what the test says. */
async function startKeepers() {
  const services = new ServiceStack();
  const clock = new TestClock();
  const { log, lines } = recordingLog();
  const dir = services.use(await tempDir());
  const controller = services.use(
    await startController(
      { clock, log },
      { host: "127.0.0.1", port: 0, cluster: DOMAIN, dataDir: dir.path },
    ),
  );
  const keep = (name: string, order: Order, directory = DIRECTORY) => {
    const shelf = new CertificateShelf();
    const desk = new CertificateDesk({
      controllerUrl: controller.url,
      key: controller.keys.proxy,
      domain: DOMAIN,
      holder: `${name}/identity`,
    });
    const keeper = services.use(
      new CertificateKeeper(
        { clock, log, shelf, desk, order },
        { domain: DOMAIN, directory, jitter: 0 },
      ),
    );
    return { shelf, keeper };
  };
  const untilTold = (what: string) =>
    waitFor(what, async () => {
      await clock.advance(100);
      return lines.some((line) => line.includes(what));
    });
  return {
    clock,
    lines,
    controller,
    keep,
    untilTold,
    [Symbol.asyncDispose]: () => services[Symbol.asyncDispose](),
  };
}

async function issued(clock: TestClock, days = 90): Promise<KeyPair> {
  const validFrom = clock.now();
  return await aCertificate([DOMAIN, `*.${DOMAIN}`], {
    validFrom,
    expiresAt: validFrom + days * DAY_MS,
  });
}

test("orders that fail are tried again after pauses that grow, and what is served stays", async () => {
  await using keepers = await startKeepers();
  const { clock } = keepers;
  const triedAt: number[] = [];
  const order = async () => {
    triedAt.push(clock.monotonicMs());
    if (triedAt.length < 4) throw new Error("the CA is away");
    return await issued(clock);
  };
  const { shelf } = keepers.keep("px-one", order);
  const hasCertificate = async () => {
    await clock.advance(5_000);
    return shelf.certificates.length > 0;
  };
  // Each step of the clock waits for real files and keys.
  await waitFor("a certificate", hasCertificate, 40_000);
  // A claim comes before its order, so only the time since the first claim, at most all time, is sure.
  triedAt.forEach((at, index) => {
    expect(at).toBeGreaterThanOrEqual(ORDER_RETRY_MS * (2 ** index - 1));
  });
  expect(keepers.lines.filter((line) => line.includes("no certificate was issued"))).toHaveLength(
    3,
  );
}, 60_000);

test("a holder whose lease is lost gives its order up, and puts nothing", async () => {
  await using keepers = await startKeepers();
  const { controller } = keepers;
  let aborted = false;
  let begun = false;
  const { shelf } = keepers.keep(
    "px-one",
    (signal) =>
      new Promise((_, reject) => {
        begun = true;
        signal.addEventListener("abort", () => {
          aborted = true;
          reject(signal.reason);
        });
      }),
  );
  await waitFor("the order", () => begun);
  const own = {
    "content-type": "application/json",
    authorization: `Bearer ${controller.keys.proxy}`,
  };
  const call = (verb: string, body: object) =>
    fetch(`${controller.url}/v1/acme/domains/${DOMAIN}/${verb}`, {
      method: "POST",
      headers: own,
      body: JSON.stringify(body),
    });
  // As if it had been away for longer than its lease: it is released, and another's after the pause.
  await call("release", { holder: "px-one/identity" });
  await keepers.untilTold("the lease to order a certificate is lost");
  await waitFor("the end of the order", () => aborted);
  expect(shelf.certificates).toEqual([]);
});

test("what a controller has is taken without an order, and looked for again", async () => {
  await using keepers = await startKeepers();
  const { clock } = keepers;
  const never: Order = () => Promise.reject(new Error("ordered"));
  const one = keepers.keep("px-one", () => issued(clock));
  await waitFor("the first", () => one.shelf.certificates.length > 0);
  const two = keepers.keep("px-two", never);
  await waitFor("the same", () => two.shelf.certificates.length > 0);
  expect(two.shelf.certificates[0]?.fingerprint).toBe(one.shelf.certificates[0]?.fingerprint);
});

test("without a controller nothing is ordered, and there is no end of asking", async () => {
  await using keepers = await startKeepers();
  await keepers.controller[Symbol.asyncDispose]();
  let orders = 0;
  keepers.keep("px-one", async () => {
    orders += 1;
    return await issued(keepers.clock);
  });
  await waitFor("several tries", async () => {
    await keepers.clock.advance(2_000);
    return keepers.lines.filter((line) => line.includes("cannot look after")).length > 2;
  });
  expect(orders).toBe(0);
});
