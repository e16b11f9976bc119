import { type Signal, signal } from "@preact/signals";
import { HangarError } from "../../src/client/hangar-error.ts";
import { oneConnection } from "../../src/client/one-connection.ts";
import { Outage } from "../../src/client/outage.ts";
import { pause } from "../../src/client/pause.ts";
import type { BackendEvent } from "../../src/protocol/event.ts";
import type { Api } from "./api.ts";

/** "polling": the stream cannot be had, but the same events can be asked for. */
export type LiveState = "connecting" | "live" | "polling" | "reconnecting";

type Listener = (events: readonly BackendEvent[]) => void;

/**
 * All backends' events from now on, from one stream that resumes after what was heard last. While there
 * is no stream, they are asked for, so that a page behind a middleman that holds streams back lives too.
 */
export class LiveFeed {
  readonly state: Signal<LiveState> = signal("connecting");
  readonly #api: Api;
  readonly #listeners = new Set<Listener>();
  readonly #missListeners = new Set<() => void>();
  #cursor: string | undefined;

  constructor(api: Api) {
    this.#api = api;
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Called when events were missed for good. */
  onMissed(listener: () => void): () => void {
    this.#missListeners.add(listener);
    return () => this.#missListeners.delete(listener);
  }

  /** Runs until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const outage = new Outage();
    while (!signal.aborted) {
      await this.#stream(outage, signal).catch(() => undefined);
      outage.lost();
      if (signal.aborted) return;
      this.state.value = await this.#poll(signal);
      await pause(outage.nextPauseMs(), signal).catch(() => undefined);
    }
  }

  async #stream(outage: Outage, signal: AbortSignal): Promise<void> {
    const { client, calls } = this.#api;
    this.#cursor ??= (await client.listEvents({ tail: 0 }, { signal })).next_cursor;
    const onOpen = () => {
      outage.connected();
      this.state.value = "live";
    };
    const options = { signal, lastEventId: this.#cursor, onOpen };
    for await (const { id, data } of oneConnection(calls, "/v1/events", options)) {
      outage.heard();
      this.#cursor = id ?? this.#cursor;
      this.#tell([JSON.parse(data)]);
    }
  }

  async #poll(signal: AbortSignal): Promise<LiveState> {
    try {
      const { client } = this.#api;
      const { events, next_cursor } = await client.listEvents({ cursor: this.#cursor }, { signal });
      this.#cursor = next_cursor;
      this.#tell(events);
      return "polling";
    } catch (error) {
      if (error instanceof HangarError && error.code === "cursor-gone") this.#missSome();
      return "reconnecting";
    }
  }

  /** Away for so long that the controller has forgotten what came next: whoever listens must look anew. */
  #missSome(): void {
    this.#cursor = undefined;
    for (const missed of this.#missListeners) missed();
  }

  #tell(events: readonly BackendEvent[]): void {
    if (events.length === 0) return;
    for (const listener of this.#listeners) listener(events);
  }
}
