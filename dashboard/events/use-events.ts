import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { BackendEvent } from "../../src/protocol/event.ts";
import { useDashboard } from "../app/dashboard.ts";
import { mergeEvents } from "./event-list.ts";

const KEEP = 5_000;
const TAIL = 500;

/** The newest events, and each that comes, newest first. What comes during a pause is shown after it. */
export function useEvents(isPaused: boolean) {
  const { api, live } = useDashboard();
  const events = useSignal<readonly BackendEvent[] | undefined>(undefined);
  const waiting = useRef<readonly BackendEvent[]>([]);
  const error = useSignal<Error | undefined>(undefined);
  const paused = useRef(isPaused);
  paused.current = isPaused;
  const take = (arrived: readonly BackendEvent[]) => {
    const all = mergeEvents(waiting.current, arrived.toReversed(), KEEP);
    waiting.current = paused.current ? all : [];
    if (!paused.current) events.value = mergeEvents(events.value ?? [], all, KEEP);
  };
  const load = async () => {
    try {
      error.value = undefined;
      const { events: newest } = await api.client.listEvents({ tail: TAIL });
      events.value = mergeEvents(newest.toReversed(), events.value?.toReversed() ?? [], KEEP);
    } catch (problem) {
      error.value = problem as Error;
    }
  };
  useEffect(() => {
    const forget = live.listen(take);
    void load();
    return forget;
  }, [api, live]);
  useEffect(() => {
    if (!isPaused) take([]);
  }, [isPaused]);
  return { events: events.value, error: error.value, retry: () => void load() };
}
