import { parseCluster } from "../../src/protocol/cluster.ts";
import { ACTIVITY_INTERVAL_MS } from "../../src/protocol/timings.ts";
import { VERSION } from "../../src/protocol/version.ts";
import type { Clock } from "../../src/shared/clock.ts";
import { serveFigures } from "../../src/shared/figures/serve-figures.ts";
import type { Log } from "../../src/shared/log.ts";
import { repeat } from "../../src/shared/repeat.ts";
import { assemble } from "../../src/shared/service-stack.ts";
import type { ProxyConfig } from "../config.ts";
import { connectionLimits } from "../entrance/open-door.ts";
import { DRAIN_MS } from "../index.ts";
import { openLink } from "../link.ts";
import { startHttpRedirect } from "../tls/http-redirect.ts";
import { Crew } from "./crew.ts";
import { FigureDesk } from "./figure-desk.ts";
import { workerForks } from "./fork-worker.ts";
import { Lenders } from "./lenders.ts";
import type { ToldPrimary } from "./messages.ts";
import { Primary } from "./primary.ts";

export interface WorkersDeps {
  clock: Clock;
  log: Log;
}

export interface ProxyWorkers extends AsyncDisposable {
  readonly port: number;
  readonly figuresPort: number | undefined;
  readonly httpRedirectPort: number | undefined;
  /** Whether the controller knows of this proxy. */
  readonly connected: boolean;
  /** Of those that serve. */
  readonly pids: readonly number[];
  /** Puts a new worker in each one's place, one after another. If one cannot start, it rejects and the old ones serve on. */
  restart(): Promise<void>;
}

/** What a worker may take to leave, beyond its drain time. */
const LEAVE_MARGIN_MS = 10_000;

/**
 * One proxy of several processes. This one serves no client: it holds the port, the connection to the
 * controller and what only all of them together know, and looks after its workers.
 */
export function startWorkers(
  { clock, ...deps }: WorkersDeps,
  { figures: place, httpRedirectPort, ...config }: ProxyConfig,
  size: number,
): Promise<ProxyWorkers> {
  const log = deps.log.child({ component: "proxy" });
  const cluster = parseCluster(config.cluster);
  // During a restart there is one more.
  const lenders = new Lenders(connectionLimits(config), size + 1);
  return assemble(async (stack) => {
    let crew: Crew | undefined;
    const primary = new Primary({
      ...{ clock, lenders },
      openLink: (handlers) =>
        stack.use(openLink({ clock, log }, { ...config, cluster: cluster.name }, handlers)),
      send: (worker, message) => crew?.send(worker, message),
      sendAll: (message) => void crew?.sendAll(message),
    });
    stack.defer(() => primary.activity.report());
    const intervalMs = config.activityIntervalMs ?? ACTIVITY_INTERVAL_MS;
    stack.use(repeat({ clock, log }, "report activity", intervalMs, () => primary.report()));
    const desk = new FigureDesk({
      clock,
      isConnected: () => primary.link.connected,
      activeBackends: () => primary.activity.activeBackends,
      workers: () => crew?.serving.length ?? 0,
      askAll: () => crew?.sendAll({ type: "tell-figures" }) ?? [],
    });
    const server = place && stack.use(await serveFigures({ log, book: desk }, place));
    crew = stack.use(
      new Crew(
        {
          ...{ clock, log, fork: workerForks(log) },
          startMessage: (waitUntilFit) => ({
            type: "start",
            start: {
              ...{ version: VERSION, config, logLevel: log.level },
              ...{ shares: lenders.shares, waitUntilFit },
            },
          }),
          onMessage: (worker, message) => receive({ primary, desk }, worker, message),
          onGone(worker) {
            primary.forget(worker);
            desk.forget(worker);
          },
        },
        { size, leaveLimitMs: (config.drainMs ?? DRAIN_MS) + LEAVE_MARGIN_MS },
      ),
    );
    await crew.start();
    const { host } = config;
    const redirect =
      httpRedirectPort === undefined
        ? undefined
        : stack.use(await startHttpRedirect({ host, port: httpRedirectPort, cluster }));
    return workersOf(crew, primary, {
      figuresPort: server?.port,
      httpRedirectPort: redirect?.port,
    });
  });
}

type OtherPorts = Pick<ProxyWorkers, "figuresPort" | "httpRedirectPort">;

function workersOf(
  crew: Crew,
  primary: Primary,
  ports: OtherPorts,
): Omit<ProxyWorkers, keyof AsyncDisposable> {
  return {
    ...ports,
    port: crew.port,
    get connected() {
      return primary.link.connected;
    },
    get pids() {
      return crew.serving.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
    },
    restart: () => crew.restart(),
  };
}

function receive(
  { primary, desk }: { primary: Primary; desk: FigureDesk },
  worker: number,
  message: ToldPrimary,
): void {
  if (message.type === "figures") desk.hear(worker, message.figures);
  else primary.receive(worker, message);
}
