import { EventEmitter } from "node:events";
import { Backoff } from "../../src/shared/backoff.ts";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import type { ForkWorker, WorkerEnd, WorkerHandle } from "./fork-worker.ts";
import type { ToldPrimary, ToWorker } from "./messages.ts";

export interface CrewDeps {
  clock: Clock;
  log: Log;
  fork: ForkWorker;
  /** What a new worker is told first. */
  startMessage(waitUntilFit: boolean): ToWorker;
  onMessage(worker: number, message: ToldPrimary): void;
  onGone(worker: number): void;
}

export interface CrewOptions {
  size: number;
  /** A worker that was told to leave is killed after this time. */
  leaveLimitMs: number;
}

/** Loading the code, and what it waits for until it is fit. */
const START_LIMIT_MS = 40_000;
const RESTART_BACKOFF = { firstMs: 100, factor: 2, capMs: 10_000 } as const;
/** Who has lived for so long did not die of its start. */
const STABLE_MS = 30_000;

/** The workers: so many serve; who dies is replaced, and all can be, one after another. */
export class Crew implements AsyncDisposable {
  readonly #deps: CrewDeps;
  readonly #options: CrewOptions;
  readonly #stop = new AbortController();
  /** By slot; undefined while its worker is dead and the next one not ready. */
  readonly #serving: (WorkerHandle | undefined)[] = [];
  /** Those that serve, and those that are on their way in or out. */
  readonly #alive = new Map<number, WorkerHandle>();
  readonly #backoffs: Backoff[];
  #lastId = 0;
  #restarting: Promise<void> | undefined;
  #hasStarted = false;
  port = 0;

  constructor(deps: CrewDeps, options: CrewOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#backoffs = Array.from({ length: options.size }, () => new Backoff(RESTART_BACKOFF));
  }

  /** Rejects if a worker cannot start: another try would not help. */
  async start(): Promise<void> {
    // Alone, so that what is wrong with all of them is told once.
    this.port = await this.#fill(0);
    const slots = [...Array(this.#options.size).keys()].slice(1);
    await Promise.all(slots.map((slot) => this.#fill(slot)));
    this.#hasStarted = true;
  }

  get serving(): readonly WorkerHandle[] {
    return this.#serving.filter((handle) => handle !== undefined);
  }

  send(worker: number, message: ToWorker): void {
    this.#alive.get(worker)?.send(message);
  }

  /** Tells all of them, those on their way in or out too; gives whom it has told. */
  sendAll(message: ToWorker): readonly number[] {
    for (const worker of this.#alive.values()) worker.send(message);
    return [...this.#alive.keys()];
  }

  /** One after another: a new one serves before an old one leaves. Rejects, and goes no further, if a new one cannot. */
  restart(): Promise<void> {
    this.#restarting ??= this.#restartAll().finally(() => {
      this.#restarting = undefined;
    });
    return this.#restarting;
  }

  /** All leave, in their own time. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error("the proxy is stopping"));
    const alive = [...this.#alive.values()];
    await Promise.all(alive.map((worker) => this.#dismiss(worker, false)));
  }

  async #restartAll(): Promise<void> {
    const { log } = this.#deps;
    log.info({ workers: this.#options.size }, "restarting the workers one by one");
    for (const slot of this.#serving.keys()) {
      // One that is dead is being replaced anyway.
      if (this.#serving[slot] === undefined || this.#stop.signal.aborted) continue;
      await this.#fill(slot);
    }
    this.#stop.signal.throwIfAborted();
    log.info({ workers: this.#options.size }, "all workers are new");
  }

  /** Has a new one serve; who serves there at that moment leaves, be it the one that was to be replaced or not. */
  async #fill(slot: number): Promise<number> {
    const { clock, log } = this.#deps;
    const { handle, ready } = this.#hire();
    const port = await this.#untilReady(handle, ready);
    const readyMs = clock.monotonicMs();
    const replaced = this.#serving[slot];
    this.#serving[slot] = handle;
    log.info({ worker: handle.id, pid: handle.pid }, "worker serves");
    void handle.gone.then((end) => {
      if (this.#serving[slot] !== handle) return;
      this.#serving[slot] = undefined;
      if (this.#stop.signal.aborted) return;
      if (clock.monotonicMs() - readyMs > STABLE_MS) this.#backoffs[slot]?.reset();
      log.error({ worker: handle.id, pid: handle.pid, ...end }, "worker died");
      void this.#refill(slot);
    });
    if (replaced !== undefined) await this.#dismiss(replaced, true);
    return port;
  }

  async #refill(slot: number): Promise<void> {
    const { clock, log } = this.#deps;
    const { signal } = this.#stop;
    while (!signal.aborted && this.#serving[slot] === undefined) {
      const pauseMs = this.#backoffs[slot]?.nextMs() ?? 0;
      await clock.sleep(pauseMs, signal).catch(() => undefined);
      if (signal.aborted || this.#serving[slot] !== undefined) return;
      try {
        await this.#fill(slot);
      } catch (error) {
        if (!signal.aborted) log.error({ err: error }, "no worker in place of one that died");
      }
    }
  }

  /** Forks one; `ready` settles, whatever becomes of it. */
  #hire(): { handle: WorkerHandle; ready: Promise<number> } {
    const { fork, onMessage, onGone, startMessage } = this.#deps;
    this.#lastId += 1;
    const id = this.#lastId;
    // The first ones serve as one process would: the controller and a CA's first certificate may come later.
    const waitUntilFit = this.#hasStarted && this.serving.length > 0;
    const news = new EventEmitter();
    const ready = new Promise<number>((resolve, reject) => {
      news.once("ready", resolve);
      news.once("failed", (problem: string, code?: string) =>
        reject(new Error(problem, code === undefined ? {} : { cause: { code } })),
      );
    });
    const handle = fork(id, (message) => {
      if (message.type === "online") handle.send(startMessage(waitUntilFit));
      else if (message.type === "ready") news.emit("ready", message.port);
      else if (message.type === "failed") news.emit("failed", message.problem, message.code);
      else onMessage(id, message);
    });
    this.#alive.set(id, handle);
    void handle.gone.then((end) => {
      this.#alive.delete(id);
      news.emit("failed", `a worker ended before it could serve: ${describe(end)}`);
      onGone(id);
    });
    return { handle, ready };
  }

  /** Of one that cannot serve nothing is left. */
  async #untilReady(handle: WorkerHandle, ready: Promise<number>): Promise<number> {
    const { clock } = this.#deps;
    const settled = new AbortController();
    const late = clock.sleep(START_LIMIT_MS, settled.signal).then(() => {
      throw new Error("a worker took too long to start");
    });
    try {
      return await Promise.race([ready, late]);
    } catch (error) {
      handle.kill();
      await handle.gone;
      throw error;
    } finally {
      late.catch(() => undefined);
      settled.abort();
    }
  }

  async #dismiss(worker: WorkerHandle, gently: boolean): Promise<void> {
    const { clock, log } = this.#deps;
    const gone = new AbortController();
    worker.send({ type: "leave", gently });
    const late = clock.sleep(this.#options.leaveLimitMs, gone.signal).then(
      () => {
        log.warn({ worker: worker.id, pid: worker.pid }, "worker does not leave; killing it");
        worker.kill();
      },
      () => undefined,
    );
    await worker.gone;
    gone.abort();
    await late;
  }
}

function describe({ code, signal }: WorkerEnd): string {
  return signal === null ? `exit code ${code}` : signal;
}
