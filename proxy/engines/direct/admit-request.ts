import type { Forward, RequestHead } from "../../engine.ts";
import type { ClientConnection } from "../../entrance/client-connection.ts";
import { headerValues } from "../../headers.ts";
import { isForwardableUpgrade } from "../upgrades.ts";
import { connectionEntries, type Framing, keepsAlive, requestFraming } from "./body-framing.ts";
import type { ParsedRequest } from "./head-parser.ts";
import { flattened } from "./head-text.ts";
import type { RequestPlan, Turn } from "./request-plan.ts";
import { rewrittenLines, rewrittenUpgradeLines } from "./rewrite-request.ts";
import type { BackendPool } from "./upstream-pool.ts";

/** A request that the gate may be asked about. */
export interface AdmittedRequest {
  readonly parsed: ParsedRequest;
  readonly head: RequestHead;
  readonly framing: Framing;
  /** Whether the client wants to go on after the answer. */
  readonly keepAlive: boolean;
  readonly expectsContinue: boolean;
}

/** Refuses with a status what two readers could understand in two ways. */
export function admitRequest(
  parsed: ParsedRequest,
  { peerAddress, secure }: Pick<ClientConnection, "peerAddress" | "secure">,
): AdmittedRequest | 400 | 417 {
  const framing = requestFraming(parsed);
  const connection = connectionEntries(parsed);
  if (framing === undefined || connection === undefined) return 400;
  const expectations = headerValues(parsed.headers, "expect");
  const expectsContinue =
    expectations.length === 1 && /^100-continue$/i.test(expectations[0] ?? "");
  if (expectations.length > 0 && !expectsContinue) return 417;
  const { method, target, headers, minor } = parsed;
  const isUpgrade = connection.includes("upgrade") && headers.some(([name]) => name === "upgrade");
  const head = { method, target, headers, peerAddress, secure, isUpgrade };
  if (isUpgrade && (minor === 0 || !isForwardableUpgrade(head))) return 400;
  const keepAlive = keepsAlive(minor, connection) && !isUpgrade;
  return { parsed, head, framing, keepAlive, expectsContinue };
}

const NONE_VARY: ReadonlySet<string> = new Set();

export function planRequest(
  { parsed, head, framing, keepAlive, expectsContinue }: AdmittedRequest,
  forward: Forward,
  backend: BackendPool,
): RequestPlan {
  const varying = forward.reuse?.varying ?? NONE_VARY;
  const lines = head.isUpgrade
    ? rewrittenUpgradeLines(parsed, forward.request)
    : rewrittenLines(parsed, forward.request, varying);
  const { minor } = parsed;
  return {
    ...{ head, minor, forward, backend, framing, keepAlive, expectsContinue },
    lines: flattened(lines),
  };
}

/** The turn of the request for which the plan was made. */
export function firstTurn({ head, forward }: RequestPlan): Turn {
  const { method, target } = head;
  const { path, requestId, reuse, request } = forward;
  const varying = head.isUpgrade ? [] : request.set.filter(([name]) => reuse?.varying.has(name));
  return { method, target, path, requestId, varying };
}
