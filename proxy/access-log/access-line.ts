import { HEADERS } from "../../src/protocol/given.ts";
import { redactText } from "../../src/shared/redact.ts";
import type { Decision, RequestHead } from "../engine.ts";
import type { AccessEntry } from "../figures/figures.ts";
import { clientAddress } from "../forwarded.ts";
import { headerValues } from "../headers.ts";
import type { TrustedProxies } from "../trusted-proxies.ts";
import { redactPath } from "./redact.ts";

/** One line of the access log. Times are of the whole request; an upgraded connection is one. */
export interface AccessLine {
  /** When it began, ISO 8601. */
  time: string;
  request_id: string | null;
  client: string;
  method: string;
  host: string;
  /** Without the query, and without secrets. */
  path: string;
  /** 0 if the client left without an answer. */
  status: number;
  /** Towards the client, the answer's head included, in HTTP/2 as it was before HPACK. */
  bytes: number;
  duration_ms: number;
  /** To the first byte of the answer. */
  ttfb_ms: number | null;
  backend: string | null;
  upgraded: boolean;
}

export interface Moment {
  /** Epoch ms. */
  now: number;
  monotonicMs: number;
}

const MAX_METHOD = 32;
const MAX_HOST = 255;
const MAX_PATH = 2_048;

export function accessLine(
  { head, decision, status, bytesOut, startedMs, firstByteMs, upgraded }: AccessEntry,
  trusted: TrustedProxies,
  { now, monotonicMs }: Moment,
): AccessLine {
  const durationMs = monotonicMs - startedMs;
  return {
    time: new Date(now - durationMs).toISOString(),
    request_id: requestIdOf(decision),
    client: clientAddress(head, trusted),
    method: redactText(head.method.slice(0, MAX_METHOD)),
    host: redactText(hostOf(head).slice(0, MAX_HOST)),
    path: redactPath(head.target).slice(0, MAX_PATH),
    status,
    bytes: bytesOut,
    duration_ms: rounded(durationMs),
    ttfb_ms: firstByteMs === undefined ? null : rounded(firstByteMs - startedMs),
    backend: decision?.kind === "forward" ? decision.backendId : null,
    upgraded,
  };
}

function requestIdOf(decision: Decision | undefined): string | null {
  if (decision === undefined) return null;
  if (decision.kind === "forward") return redactText(decision.requestId);
  const [id] = headerValues(decision.headers, HEADERS.requestId);
  return id === undefined ? null : redactText(id);
}

function hostOf({ headers }: RequestHead): string {
  return headerValues(headers, "host").join();
}

/** To the microsecond. */
function rounded(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
