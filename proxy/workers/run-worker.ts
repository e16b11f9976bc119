import { VERSION } from "../../src/protocol/version.ts";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import { tellable } from "../figures/sum-figures.ts";
import { type Proxy as HangarProxy, startProxy } from "../index.ts";
import type { LinkHandlers } from "../link.ts";
import { Borrower } from "./borrower.ts";
import type { ToPrimary, ToWorker, WorkerStart } from "./messages.ts";
import { WorkerLink } from "./worker-link.ts";

/** A worker's end of what it and its primary say to each other. */
export interface Channel {
  send(message: ToPrimary): void;
  onMessage(listener: (message: ToWorker) => void): void;
  /** The primary is gone. */
  readonly gone: AbortSignal;
}

export interface RunWorkerDeps {
  clock: Clock;
  log: Log;
  channel: Channel;
}

const POLL_MS = 20;
/** How long a new worker waits for what those that serve already have. */
const FIT_LIMIT_MS = 20_000;
/** So long idle connections stay for one more request: it is on its way, or they are idle indeed. */
const LINGER_MS = 3_000;

/** Serves until the primary says that it is enough, or says nothing any more. */
export async function runWorker(
  { clock, log, channel }: RunWorkerDeps,
  start: WorkerStart,
): Promise<void> {
  if (start.version !== VERSION) {
    throw new Error(
      `the code on disk is version ${VERSION}, and the running proxy ${start.version}: it must be started anew as a whole`,
    );
  }
  const worker = new Worker(channel, start);
  const proxy = await startProxy(
    {
      ...{ clock, log },
      shared: {
        openLink: (handlers) => worker.openLink(handlers),
        quotas: worker.borrower.quotas,
        async beforeDoor(isFit) {
          if (!start.waitUntilFit) return;
          await until(clock, () => isFit() || worker.isLeaving, FIT_LIMIT_MS);
          if (!isFit()) throw new Error("no connection to the controller, or no certificate");
        },
      },
    },
    start.config,
  );
  worker.proxy = proxy;
  channel.send({ type: "ready", port: proxy.port });
  await worker.toldToLeave;
  if (worker.isGentle) {
    proxy.retire();
    await until(clock, () => proxy.openClients === 0 || !worker.isGentle, LINGER_MS);
  }
  await proxy[Symbol.asyncDispose]();
  channel.send({ type: "figures", figures: tellable(await proxy.figures()) });
}

class Worker {
  readonly borrower: Borrower;
  readonly toldToLeave: Promise<void>;
  isLeaving = false;
  isGentle = false;
  proxy: HangarProxy | undefined;
  #link: WorkerLink | undefined;
  readonly #channel: Channel;
  #leave: () => void = () => undefined;

  constructor(channel: Channel, start: WorkerStart) {
    this.#channel = channel;
    this.borrower = new Borrower((message) => channel.send(message), start.shares);
    this.toldToLeave = new Promise((resolve) => {
      this.#leave = resolve;
    });
    channel.onMessage((message) => this.#receive(message));
    const onGone = () => {
      this.borrower.alone();
      this.#link?.receive({ type: "connected", connected: false });
      this.#startLeaving(false);
    };
    if (channel.gone.aborted) onGone();
    channel.gone.addEventListener("abort", onGone, { once: true });
  }

  openLink(handlers: LinkHandlers): WorkerLink {
    this.#link = new WorkerLink(this.#channel, handlers);
    return this.#link;
  }

  #receive(message: ToWorker): void {
    switch (message.type) {
      case "start":
        break;
      case "connected":
      case "news":
        this.#link?.receive(message);
        break;
      case "lent":
        this.borrower.answered(message.id, message.granted);
        break;
      case "tell-figures":
        void this.#tellFigures();
        break;
      case "leave":
        this.#startLeaving(message.gently);
        break;
      default:
        message satisfies never;
    }
  }

  #startLeaving(gently: boolean): void {
    this.isGentle = gently;
    this.isLeaving = true;
    this.#leave();
  }

  async #tellFigures(): Promise<void> {
    const figures = tellable((await this.proxy?.figures()) ?? []);
    this.#channel.send({ type: "figures", figures });
  }
}

/** Resolves when the condition holds, or after the time. */
async function until(clock: Clock, condition: () => boolean, limitMs: number): Promise<void> {
  const deadlineMs = clock.monotonicMs() + limitMs;
  while (!condition() && clock.monotonicMs() < deadlineMs) await clock.sleep(POLL_MS);
}
