import { adoptionOf } from "../../drone/runtime/adoption.ts";
import {
  type Instance,
  type Location,
  type Runtime,
  RuntimeError,
  type RuntimeEvent,
  type RuntimeHealth,
  RuntimeUnavailable,
} from "../../drone/runtime/runtime.ts";
import type { LogLines, LogQuery } from "../../drone/runtime/runtime-logs.ts";
import type { Usage } from "../../drone/runtime/usage.ts";
import type { PullProgress } from "../../src/protocol/backend.ts";
import type { BackendSpec } from "../../src/protocol/drone-messages.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import type { Clock } from "../../src/shared/clock.ts";
import { type ScriptedApp, ScriptedInstance } from "./scripted-instance.ts";

type Step =
  | "pull"
  | "create"
  | "start"
  | "stop"
  | "kill"
  | "remove"
  | "inspect"
  | "list"
  | "logTail"
  | "logs"
  | "usage";

/** A runtime in memory that does what a test tells it to, and outlives the drones that use it. */
export class ScriptedRuntime implements Runtime {
  readonly name = "process";
  /** Every step that was asked for, as "create <id>". */
  readonly calls: string[] = [];
  /** Of every instance that was ever made. */
  readonly made: BackendId[] = [];
  readonly apps: Record<string, ScriptedApp> = { echo: {} };
  progress: readonly PullProgress[] = [];
  readonly #clock: Clock;
  readonly #instances = new Map<BackendId, ScriptedInstance>();
  readonly #watchers = new Set<(event: RuntimeEvent) => void>();
  readonly #failures = new Map<Step, unknown>();
  readonly #gates = new Map<Step, Promise<void>>();
  #away = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  goAway(): void {
    this.#away = true;
  }

  comeBack(): void {
    this.#away = false;
    this.tell({ kind: "resync" });
  }

  /** The next such step throws this. */
  failOnce(step: Step, error: unknown): void {
    this.#failures.set(step, error);
  }

  /** Such steps do not go on before the returned function is called. */
  hold(step: Step): () => void {
    let release = () => {};
    this.#gates.set(
      step,
      new Promise((resolve) => {
        release = resolve;
      }),
    );
    return () => {
      this.#gates.delete(step);
      release();
    };
  }

  instance(id: BackendId): ScriptedInstance {
    const instance = this.#instances.get(id);
    if (instance === undefined) throw new Error(`no instance ${id}`);
    return instance;
  }

  exit(id: BackendId, exitCode: number | undefined, oomKilled = false): void {
    this.instance(id).end(exitCode, oomKilled);
  }

  /** Somebody removes it behind the drone's back. */
  vanish(id: BackendId): void {
    this.instance(id).end(undefined);
    this.#instances.delete(id);
    this.tell({ kind: "ended", id });
  }

  /** Nothing is heard from a runtime that is away, nor told later: that is what `resync` is for. */
  tell(event: RuntimeEvent): void {
    if (this.#away) return;
    for (const onEvent of this.#watchers) onEvent(event);
  }

  async health(): Promise<RuntimeHealth> {
    if (this.#away) return { ok: false, error: "scripted to be away", images: [] };
    return { ok: true, version: "scripted", images: Object.keys(this.apps) };
  }

  async pull(
    spec: BackendSpec,
    onProgress: (progress: PullProgress) => void,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#enter("pull", spec.backend_id, signal);
    if (this.apps[spec.image] === undefined) {
      throw new RuntimeError("pullfailed", `no such image: ${spec.image}`);
    }
    for (const progress of this.progress) onProgress(progress);
  }

  async create(spec: BackendSpec): Promise<void> {
    await this.#enter("create", spec.backend_id);
    if (this.#instances.has(spec.backend_id)) return;
    const app = this.apps[spec.image] ?? {};
    const instance = new ScriptedInstance(spec.backend_id, adoptionOf(spec), app);
    this.#instances.set(spec.backend_id, instance);
    this.made.push(spec.backend_id);
    void instance.ended.then(() => this.tell({ kind: "ended", id: spec.backend_id }));
  }

  async start(spec: BackendSpec): Promise<Location> {
    await this.#enter("start", spec.backend_id);
    return this.instance(spec.backend_id).start();
  }

  async stop(id: BackendId, graceSeconds: number): Promise<void> {
    await this.#enter("stop", id);
    const instance = this.#instances.get(id);
    if (instance?.running !== true) return;
    if (instance.app.stubborn === true) {
      await Promise.race([this.#clock.sleep(graceSeconds * 1_000), instance.ended]);
      instance.end(137);
    }
    instance.end(0);
  }

  async kill(id: BackendId): Promise<void> {
    await this.#enter("kill", id);
    const instance = this.#instances.get(id);
    if (instance?.running === true) instance.end(137);
  }

  async remove(id: BackendId): Promise<void> {
    await this.#enter("remove", id);
    this.#instances.get(id)?.end(137);
    this.#instances.delete(id);
  }

  async inspect(id: BackendId): Promise<Instance | undefined> {
    await this.#enter("inspect", id);
    return this.#instances.get(id)?.describe();
  }

  async list(): Promise<readonly Instance[]> {
    await this.#enter("list");
    return [...this.#instances.values()].map((instance) => instance.describe());
  }

  async logTail(id: BackendId, lines: number): Promise<string[]> {
    await this.#enter("logTail", id);
    return (this.#instances.get(id)?.app.log ?? []).slice(-lines);
  }

  async logs(id: BackendId, query: LogQuery, signal: AbortSignal): Promise<LogLines | undefined> {
    await this.#enter("logs", id);
    return this.#instances.get(id)?.output(query, signal);
  }

  async usage(ids: readonly BackendId[]): Promise<ReadonlyMap<BackendId, Usage>> {
    await this.#enter("usage");
    const running = ids.filter((id) => this.#instances.get(id)?.running === true);
    return new Map(running.map((id) => [id, this.instance(id).usage(this.#clock.now())]));
  }

  async watch(onEvent: (event: RuntimeEvent) => void, signal: AbortSignal): Promise<void> {
    this.#watchers.add(onEvent);
    onEvent({ kind: "resync" });
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    this.#watchers.delete(onEvent);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const instance of this.#instances.values()) instance.end(137);
  }

  async #enter(step: Step, id?: BackendId, signal?: AbortSignal): Promise<void> {
    this.calls.push(id === undefined ? step : `${step} ${id}`);
    await this.#passGate(step, signal);
    if (this.#away) throw new RuntimeUnavailable("scripted to be away");
    const failure = this.#failures.get(step);
    this.#failures.delete(step);
    if (failure !== undefined) throw failure;
  }

  async #passGate(step: Step, signal: AbortSignal | undefined): Promise<void> {
    const gate = this.#gates.get(step);
    if (gate === undefined) return;
    await new Promise<void>((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      void gate.then(resolve);
    });
  }
}
