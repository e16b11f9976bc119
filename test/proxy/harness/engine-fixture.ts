import type { WebSocket } from "ws";
import type {
  Answer,
  CreateEngine,
  Decision,
  Engine,
  EngineOptions,
  Forward,
  RequestHead,
  UpstreamFailure,
} from "../../../proxy/engine.ts";
import { type AccessEntry, Figures } from "../../../proxy/figures/figures.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { ServiceStack } from "../../../src/shared/service-stack.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { openTestDoor, type Transport } from "./engine-door.ts";
import { type RawBackend, type RawPeer, startRawBackend } from "./raw-peer.ts";
import { BACKEND } from "./scripted-controller.ts";

/** As `startEngineFixture`, for an engine and a transport that were chosen before. */
export type StartEngineFixture = (options?: FixtureOptions) => Promise<EngineFixture>;

export type FixtureOptions = Partial<EngineOptions> & {
  maxConnections?: number;
  /** What clients speak HTTP over. Default: "plain". */
  transport?: Transport;
};

/** A real engine, a backend of bytes, and a gate that does what the test says. */
export interface EngineFixture extends AsyncDisposable {
  readonly port: number;
  readonly transport: Transport;
  readonly backend: RawBackend;
  readonly heads: RequestHead[];
  readonly failures: UpstreamFailure[];
  readonly open: number;
  readonly begun: number;
  readonly figures: Figures;
  /** What was told to the access log. */
  readonly entries: AccessEntry[];
  /** By default everything is forwarded as it came. */
  decide: (head: RequestHead, signal: AbortSignal) => Promise<Decision>;
  forward(head: RequestHead, changes?: Partial<Forward>): Forward;
  client(): Promise<RawPeer>;
  retire(): void;
  cut: Engine["cut"];
  webSocket(): WebSocket;
  /** As a proxy leaves: nobody new comes in, then the engine's own leaving. */
  leave(drainMs: number): Promise<void>;
}

export async function startEngineFixture(
  createEngine: CreateEngine,
  { maxConnections = 1_000, transport = "plain", ...options }: FixtureOptions = {},
): Promise<EngineFixture> {
  const stack = new ServiceStack();
  const backend = stack.use(await startRawBackend());
  const heads: RequestHead[] = [];
  const failures: UpstreamFailure[] = [];
  const figures = new Figures();
  const entries: AccessEntry[] = [];
  let begun = 0;
  let open = 0;
  const { log } = recordingLog();
  const engine = createEngine(
    {
      clock: systemClock,
      log,
      figures,
      accessLog: { write: (entry) => entries.push(entry) },
      gate: {
        decide(head, signal) {
          heads.push(head);
          return fixture.decide(head, signal);
        },
        explainFailure(_head, _forward, failure) {
          failures.push(failure);
          return answerOf(502, failure.kind);
        },
        begun: () => {
          begun += 1;
          open += 1;
        },
        ended: () => {
          open -= 1;
        },
      },
    },
    {
      connectTimeoutMs: 2_000,
      answerTimeoutMs: undefined,
      headTimeoutMs: 10_000,
      keepAliveMs: 60_000,
      maxHeadBytes: 32 * 1_024,
      ...options,
    },
  );
  stack.defer(() => engine.leave(0));
  const door = await openTestDoor({ log, figures, engine }, { transport, maxConnections });
  stack.defer(() => door.close());
  const fixture: EngineFixture = {
    port: door.port,
    transport,
    backend,
    heads,
    failures,
    figures,
    entries,
    get open() {
      return open;
    },
    get begun() {
      return begun;
    },
    decide: async (head) => fixture.forward(head),
    forward: (head, changes = {}) => ({
      kind: "forward",
      backendId: BACKEND,
      access: { kind: "public" },
      requestId: "request-1",
      upstream: { host: "127.0.0.1", port: backend.port },
      path: head.target,
      request: { remove: HOP_BY_HOP, set: [] },
      response: { set: [], append: [], defaults: [], refusedCookies: [] },
      ...changes,
    }),
    client: () => door.client(),
    webSocket: () => door.webSocket(),
    retire: () => engine.retire(),
    cut: (which) => engine.cut(which),
    leave(drainMs) {
      door.close();
      return engine.leave(drainMs);
    },
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
  return fixture;
}

const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

export function answerOf(status: number, body: string): Answer {
  return { kind: "answer", status, headers: [["content-length", String(body.length)]], body };
}
