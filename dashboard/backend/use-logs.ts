import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { LogLine } from "../../src/protocol/log-line.ts";
import { followStream, type StreamState } from "../api/follow-stream.ts";
import { useSeen } from "../api/use-seen.ts";
import { useDashboard } from "../app/dashboard.ts";
import { LogBuffer } from "./log-buffer.ts";

export interface Logs {
  readonly buffer: LogBuffer;
  /** Grows whenever lines have come. */
  readonly version: Signal<number>;
  readonly state: Signal<StreamState>;
}

const TAIL = 2_000;
/** A backend that prints much is drawn as often as a screen is, not as often as it prints. */
const SHOW_AFTER_MS = 50;

export function useLogs(id: string): Logs {
  const { api } = useDashboard();
  const buffer = useMemo(() => new LogBuffer(), [id]);
  const version = useSignal(0);
  const state = useSignal<StreamState>("connecting");
  const cursor = useRef<{ after: string | undefined }>({ after: undefined });
  const isSeen = useSeen();
  useEffect(() => {
    if (!isSeen) return undefined;
    const stop = new AbortController();
    let arrived: LogLine[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => {
      timer = undefined;
      buffer.add(arrived);
      arrived = [];
      version.value += 1;
    };
    void followStream<LogLine>(api, {
      path: `/v1/backends/${id}/logs?follow=true&tail=${TAIL}`,
      signal: stop.signal,
      cursor: cursor.current,
      hear: (line) => {
        arrived.push(line);
        timer ??= setTimeout(show, SHOW_AFTER_MS);
      },
      tell: (told) => {
        state.value = told;
      },
    });
    return () => {
      stop.abort();
      clearTimeout(timer);
      show();
    };
  }, [api, id, isSeen]);
  return { buffer, version, state };
}
