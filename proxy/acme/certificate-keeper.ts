import { ORDER_LEASE_MS, ORDER_RENEW_MS } from "../../src/protocol/timings.ts";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import { within } from "../../src/shared/within.ts";
import { type Certificate, type KeyPair, readCertificate } from "../tls/certificate.ts";
import type { CertificateShelf } from "../tls/certificate-shelf.ts";
import type { CertificateDesk } from "./certificate-desk.ts";
import { renewsAt, type Wanted, whyOrder } from "./why-order.ts";

export interface KeeperDeps {
  clock: Clock;
  log: Log;
  shelf: CertificateShelf;
  desk: CertificateDesk;
  /** One order at the CA. */
  order(signal: AbortSignal): Promise<KeyPair>;
}

/** With a certificate, how often a newer one is asked for; and without one. */
const POLL_MS = 60_000;
const FIRST_POLL_MS = 2_000;
/** How often it is looked whether another's order is done. */
const OTHERS_POLL_MS = 5_000;
const ORDER_LIMIT_MS = 900_000;

/**
 * Keeps the cluster's certificate on the shelf. All proxies do the same: take what the controller has,
 * and when it is time for a new one, whoever gets the lease orders it. The controller keeps the pauses
 * between orders that fail, so nothing here can storm a CA.
 */
export class CertificateKeeper implements AsyncDisposable {
  readonly #deps: KeeperDeps;
  readonly #wanted: Wanted;
  readonly #stop = new AbortController();
  readonly #loop: Promise<void>;
  #served: { id: string; certificate: Certificate } | undefined;

  constructor(deps: KeeperDeps, wanted: Wanted) {
    this.#deps = deps;
    this.#wanted = wanted;
    this.#loop = this.#keep();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#loop;
  }

  async #keep(): Promise<void> {
    const { clock, log } = this.#deps;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      let retryMs = this.#pollMs();
      try {
        retryMs = Math.min(retryMs, await this.#once());
      } catch (error) {
        if (!signal.aborted) log.warn({ err: error }, "cannot look after the certificate");
      }
      await clock.sleep(retryMs, signal).catch(() => undefined);
    }
  }

  #pollMs(): number {
    return this.#served === undefined ? FIRST_POLL_MS : POLL_MS;
  }

  /** Resolves with the time after which there may be something to do. */
  async #once(): Promise<number> {
    const { desk, log } = this.#deps;
    const { signal } = this.#stop;
    if ((await this.#takeKept()) === undefined) return this.#untilRenewal();
    const { granted, retry_in_ms: retryMs } = await desk.claim(ORDER_LEASE_MS, signal);
    if (!granted) {
      log.debug({ retryMs }, "certificate is not to be ordered here and now");
      return Math.min(Math.max(retryMs, FIRST_POLL_MS), OTHERS_POLL_MS);
    }
    try {
      // Its last holder may have been done just now.
      const because = await this.#takeKept();
      if (because !== undefined) await this.#order(because);
      return this.#untilRenewal();
    } finally {
      await desk.release(AbortSignal.timeout(FIRST_POLL_MS)).catch(() => undefined);
    }
  }

  #untilRenewal(): number {
    if (this.#served === undefined) return FIRST_POLL_MS;
    const renewalAt = renewsAt(this.#served.certificate, this.#wanted.jitter);
    return Math.max(0, renewalAt - this.#deps.clock.now());
  }

  /** Serves what the controller has; resolves with why that will not do, if it will not. */
  async #takeKept(): Promise<string | undefined> {
    const { desk, clock } = this.#deps;
    const kept = await desk.certificate(this.#served?.id, this.#stop.signal);
    const { id, chain, key, directory = "", age_ms: ageMs = 0 } = kept;
    if (id !== null && chain !== undefined && key !== undefined) this.#serve(id, { chain, key });
    const certificate = id === null ? undefined : this.#served?.certificate;
    const held = certificate && { ...certificate, directory, ageMs };
    return whyOrder(held, this.#wanted, clock.now());
  }

  #serve(id: string, pair: KeyPair): void {
    const { shelf, log } = this.#deps;
    const certificate = readCertificate(pair);
    this.#served = { id, certificate };
    shelf.put([certificate]);
    const { names, expiresAt } = certificate;
    log.info({ names, expiresAt }, "certificate is served");
  }

  async #order(because: string): Promise<void> {
    const { desk, log, clock } = this.#deps;
    const { domain, directory } = this.#wanted;
    log.info({ domain, directory, because }, "ordering a certificate");
    const over = new AbortController();
    const lease = this.#keepLease(over);
    const signal = AbortSignal.any([this.#stop.signal, over.signal]);
    try {
      await within(clock, ORDER_LIMIT_MS, signal, async (deadline) => {
        const pair = await unlessAborted(deadline, this.#deps.order(deadline));
        const { fingerprint: id } = readCertificate(pair);
        await desk.putCertificate({ id, directory, ...pair }, deadline);
        this.#serve(id, pair);
      });
    } catch (error) {
      if (!this.#stop.signal.aborted) {
        log.error({ err: error, domain, directory, ...this.#rest() }, "no certificate was issued");
      }
    } finally {
      over.abort();
      await lease;
    }
  }

  /** Who could not extend the lease must not go on: another may order by now. */
  async #keepLease(over: AbortController): Promise<void> {
    const { clock, desk, log } = this.#deps;
    let grantedMs = clock.monotonicMs();
    const signal = AbortSignal.any([this.#stop.signal, over.signal]);
    while (!signal.aborted) {
      await clock.sleep(ORDER_RENEW_MS, signal).catch(() => undefined);
      if (signal.aborted) return;
      const askedMs = clock.monotonicMs();
      const claim = await desk.claim(ORDER_LEASE_MS, signal).catch(() => undefined);
      if (claim?.granted === true) grantedMs = askedMs;
      const lost = claim?.granted === false || askedMs - grantedMs > ORDER_LEASE_MS;
      if (!lost || signal.aborted) continue;
      log.warn("the lease to order a certificate is lost");
      over.abort(new Error("the lease to order is another's"));
    }
  }

  /** How long what is served will last. */
  #rest(): { remainingMs?: number } {
    if (this.#served === undefined) return {};
    return { remainingMs: this.#served.certificate.expiresAt - this.#deps.clock.now() };
  }
}

/** The library cannot be told to stop, so what it still does is not waited for. */
function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
