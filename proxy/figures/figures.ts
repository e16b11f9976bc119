import { STATUS_CODES } from "node:http";
import type { ErrorCode } from "../../src/protocol/errors.ts";
import { count } from "../../src/shared/figures/count.ts";
import { FixedHistogram } from "../../src/shared/figures/fixed-histogram.ts";
import type { Decision, RequestHead, UpstreamFailure } from "../engine.ts";

/**
 * What an engine counts. A request costs it a few additions to plain numbers; turning them into what
 * Prometheus reads is the work of whoever is asked for them. What passes the entrance and the gate is
 * counted there: connections, bytes, refusals, failures of backends.
 */
export interface EngineFigures {
  /** Connections to backends that were opened, upgrades' included. */
  upstreamConnects: number;
  /** Requests that went over a connection which an earlier one had opened. */
  upstreamReuses: number;
  /** Heads and bodies from clients that could not be read as HTTP, or not in time. */
  malformedRequests: number;
  /** Upgraded connections that are open. */
  upgradesOpen: number;
  /** The status line of a final answer, or a 101, goes to the client; whoever made it. */
  answered(status: number): void;
  /** From a request's whole head to the first byte of its backend's final answer, or of a 101. */
  firstByte(waitedMs: number): void;
}

/** Told of each request when it is over; an upgraded connection is, when it closes. */
export interface AccessLog {
  write(entry: AccessEntry): void;
}

export interface AccessEntry {
  readonly head: RequestHead;
  /** Undefined if the client left before there was one. */
  readonly decision: Decision | undefined;
  /** 0 if the client left without an answer. */
  readonly status: number;
  /** Towards the client, the answer's head included. */
  readonly bytesOut: number;
  /** By the clock's `monotonicMs`: when the head was whole. */
  readonly startedMs: number;
  /** When the answer's head was written; undefined if none was. */
  readonly firstByteMs: number | undefined;
  readonly upgraded: boolean;
}

/** Milliseconds; from what a cache in the backend's memory takes to what makes people leave. */
const FIRST_BYTE_BOUNDS_MS = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

/** Why a client's connection was closed before it could say anything. */
export const REFUSED_CONNECTIONS = [
  "too-many",
  "too-many-of-address",
  "proxy-protocol",
  "tls",
] as const;
type ConnectionRefusal = (typeof REFUSED_CONNECTIONS)[number];

export const UPSTREAM_FAILURES: readonly UpstreamFailure["kind"][] = [
  "unreachable",
  "connect-timeout",
  "answer-timeout",
  "broken-answer",
];

/** All that a proxy counts from its start on. */
export class Figures implements EngineFigures {
  upstreamConnects = 0;
  upstreamReuses = 0;
  malformedRequests = 0;
  upgradesOpen = 0;
  upgrades = 0;
  routeLookups = 0;
  routeHits = 0;
  accessLogLost = 0;
  /** 0 for all that HTTP does not know. */
  readonly answersByStatus = new Map<number, number>();
  readonly firstByteMs = new FixedHistogram(FIRST_BYTE_BOUNDS_MS);
  readonly refusals = new Map<ErrorCode, number>();
  readonly upstreamFailures = new Map<UpstreamFailure["kind"], number>();
  readonly refusedConnections = new Map<ConnectionRefusal, number>();

  answered(status: number): void {
    // A backend may say any number; so many time series it shall not make.
    count(this.answersByStatus, status in STATUS_CODES ? status : 0);
    if (status === 101) this.upgrades += 1;
  }

  firstByte(waitedMs: number): void {
    this.firstByteMs.observe(waitedMs);
  }
}
