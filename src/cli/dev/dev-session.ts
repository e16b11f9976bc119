import type { Builder } from "../../../drone/build.ts";
import type { HangarClient } from "../../client/client.ts";
import type { BackendSummary } from "../../protocol/backend.ts";
import type { BackendId } from "../../protocol/ids.ts";
import { LIVE_STATUSES } from "../../protocol/statuses.ts";
import type { Clock } from "../../shared/clock.ts";
import { Builds } from "./builds.ts";
import type { Tell } from "./dev-event.ts";
import type { DevPlan } from "./dev-plan.ts";
import { listLive } from "./follow-backends.ts";
import { type Asked, ImageGate } from "./image-gate.ts";
import { makeImage } from "./make-image.ts";
import { packFiles } from "./pack-context.ts";
import { staleBackends } from "./stale-backends.ts";
import { type FileChange, whatChanged } from "./what-changed.ts";

export interface SessionDeps {
  clock: Clock;
  builder: Builder;
  plan: DevPlan;
  tell: Tell;
}

const POLL_MS = 50;
/** A kill takes Docker a moment; one that does not come is a failure that must be told. */
const ENDING_MS = 20_000;

/** One project: its image, and the backends that run it. */
export class DevSession implements AsyncDisposable {
  readonly #deps: SessionDeps;
  readonly gate: ImageGate;
  readonly #builds: Builds;
  /** Of an older image, but given all that has changed since. */
  readonly #synced = new Set<BackendId>();
  #client: HangarClient | undefined;

  constructor(deps: SessionDeps) {
    const { clock, plan, tell } = deps;
    const { repository, spawn } = plan;
    this.#deps = deps;
    const isUpToDate = (key: NonNullable<Asked["key"]>) => this.#isUpToDate(key);
    this.gate = new ImageGate({ clock, repository, spawn, isUpToDate });
    // An image that is named is not built, so nothing of a build is told.
    const tellBuild: Tell = plan.recipe.kind === "image" ? () => {} : tell;
    this.#builds = new Builds({
      ...{ clock, tell: tellBuild, gate: this.gate },
      makeImage: (onLine, signal) => makeImage(deps, onLine, signal),
      replace: (image, replaces, signal) => this.#replace(image, replaces, signal),
    });
  }

  /** Ends what an earlier run has left, whose code nobody knows, and builds. */
  async start(client: HangarClient): Promise<void> {
    this.#client = client;
    await this.terminateAll();
    this.#builds.request({ because: "start", files: [], replaces: true });
  }

  build(): void {
    this.#builds.request({ because: "asked", files: [], replaces: true });
  }

  async filesChanged(changes: readonly FileChange[]): Promise<void> {
    const { plan } = this.#deps;
    const consequence = whatChanged(changes, plan.syncRules);
    const files = changes.map(({ path }) => path);
    if (consequence.kind === "build") {
      this.#builds.request({ because: "change", files, replaces: true });
    } else {
      // From here on a connect to a key without a backend waits for the image that has the files.
      const state = this.gate.state;
      this.#builds.request({ because: "change", files, replaces: false });
      const current = state.kind === "ready" ? state.image : undefined;
      await this.#sync(consequence.files, current);
    }
  }

  async terminateAll(): Promise<readonly BackendId[]> {
    return await this.#end((live) => live);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#builds[Symbol.asyncDispose]();
  }

  async #isUpToDate(key: NonNullable<Asked["key"]>): Promise<boolean> {
    const filter = { key: key.name, namespace: key.namespace, status: LIVE_STATUSES };
    for await (const { id } of this.#api.listBackends(filter)) {
      if (this.#synced.has(id)) return true;
    }
    return false;
  }

  get #api(): HangarClient {
    if (this.#client === undefined) throw new Error("not started yet");
    return this.#client;
  }

  async #sync(
    files: readonly { path: string; target: string }[],
    current: string | undefined,
  ): Promise<void> {
    const { builder, clock, plan, tell } = this.#deps;
    const startedMs = clock.monotonicMs();
    const live = await listLive(this.#api);
    const fit = live.filter(({ id, image }) => this.#synced.has(id) || image === current);
    const archive = await packFiles(plan.dir, files);
    const given = await Promise.all(
      fit.map(async ({ id }) => {
        try {
          await builder.putFiles(id, archive);
          this.#synced.add(id);
          return [id];
        } catch (error) {
          // It runs on without them, and is replaced once there is an image.
          this.#synced.delete(id);
          const why = error instanceof Error ? error.message : String(error);
          tell({ event: "note", level: "warn", text: `${id} cannot be given the files: ${why}` });
          return [];
        }
      }),
    );
    const took_ms = Math.round(clock.monotonicMs() - startedMs);
    const paths = files.map(({ path }) => path);
    tell({ event: "synced", files: paths, backends: given.flat(), took_ms });
  }

  async #replace(image: string, replaces: boolean, signal: AbortSignal): Promise<void> {
    const { plan, tell } = this.#deps;
    if (replaces) this.#synced.clear();
    const stale = (live: readonly BackendSummary[]) =>
      staleBackends(live, { image, repository: plan.repository, synced: this.#synced });
    const ended = await this.#end(stale, signal);
    if (ended.length > 0) tell({ event: "replaced", backends: ended });
    await this.forgetImagesBut(image);
  }

  /** Until none is left that the choice names; gives those that were. */
  async #end(
    choose: (live: readonly BackendSummary[]) => readonly BackendSummary[],
    signal?: AbortSignal,
  ): Promise<BackendId[]> {
    const { clock } = this.#deps;
    const asked = new Set<BackendId>();
    const deadlineMs = clock.monotonicMs() + ENDING_MS;
    for (;;) {
      const left = choose(await listLive(this.#api));
      if (left.length === 0) return [...asked];
      if (clock.monotonicMs() > deadlineMs) {
        throw new Error(`${left.map(({ id }) => id).join(", ")} does not end`);
      }
      const fresh = left.filter(({ id }) => !asked.has(id));
      await Promise.all(fresh.map(({ id }) => this.#api.terminate(id, { hard: true })));
      for (const { id } of fresh) asked.add(id);
      await clock.sleep(POLL_MS, signal);
    }
  }

  /** Older images would fill the disk; one whose container is still being removed goes the next time. */
  async forgetImagesBut(image: string): Promise<void> {
    const { builder, plan, tell } = this.#deps;
    if (plan.recipe.kind === "image") return;
    try {
      const tags = await builder.tagsOf(plan.repository);
      for (const tag of tags.filter((each) => each !== image)) await builder.removeTag(tag);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      tell({ event: "note", level: "warn", text: `an older image could not be removed: ${why}` });
    }
  }
}
