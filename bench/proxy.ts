import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeMachine } from "./machine.ts";
import { OTHER_CORE, startPart } from "./part.ts";
import { openFilesLimit, pinFamily } from "./process-usage.ts";
import type { BackendOrder } from "./proxy/backend-part.ts";
import { CONTENDERS } from "./proxy/contenders/all.ts";
import { type Field, openField } from "./proxy/field.ts";
import { figuresOf } from "./proxy/figures.ts";
import { type Interruption, listenForInterruption } from "./proxy/interruption.ts";
import { type ProxyOptions, parseOptions } from "./proxy/options.ts";
import type { ProxyReport } from "./proxy/report.ts";
import { startRouteController } from "./proxy/route-controller.ts";
import { type Run, runRounds } from "./proxy/run-rounds.ts";
import { proxyTables } from "./proxy/table.ts";
import type { Load } from "./proxy/visit.ts";
import { CONNECTIONS, STEADY_PER_SECOND, WORKLOADS } from "./proxy/workloads.ts";

const WANTED_IDLE_SOCKETS = 10_000;
/** What a proxy has open beside its connections, and then some. */
const OTHER_FILES = 400;

/**
 * Hangar's proxy beside others, each alone on one core, the load and the backend on the other: requests,
 * latencies, WebSockets, memory and CPU time, all in one run.
 */
export async function benchProxy(words: readonly string[]): Promise<void> {
  const options = parseOptions(words, {
    workloads: WORKLOADS.map(({ name }) => name),
    contenders: CONTENDERS.map(({ name }) => name),
  });
  const report = await measure(options, listenForInterruption());
  tell("");
  console.log(proxyTables(report));
  if (options.jsonFile !== undefined) {
    await writeFile(options.jsonFile, `${JSON.stringify(report, undefined, 2)}\n`);
  }
}

async function measure(options: ProxyOptions, interruption: Interruption): Promise<ProxyReport> {
  pinFamily(process.pid, OTHER_CORE);
  await using folder = await temporaryFolder();
  await using backend = await startPart<BackendOrder, number>("proxy/backend-part.ts", OTHER_CORE);
  await using load: Load = await startPart("proxy/load-part.ts", OTHER_CORE);
  const backendPort = await backend.ask(["port"]);
  await using controller = await startRouteController(backendPort);
  const maxConnections = Math.min(openFilesLimit() - OTHER_FILES, 2 * WANTED_IDLE_SOCKETS + 200);
  const scene = { backendPort, controllerUrl: controller.url, dir: folder.path, maxConnections };
  const contenders = CONTENDERS.filter(({ name }) => options.contenders.includes(name));
  await using field = await openField(contenders, scene, {
    signal: interruption.signal,
    progress: tell,
  });
  const idleSockets = Math.min(WANTED_IDLE_SOCKETS, Math.floor(maxConnections / 2) - 100);
  const { rounds, ms } = options;
  const workloads = WORKLOADS.filter(({ name }) => options.workloads.includes(name));
  const { entries } = field;
  const run = await runRounds(
    { load, backend, entries, interruption, progress: tell },
    { workloads, rounds, ms, idleSockets },
  );
  return reportOf(options, field, run, idleSockets);
}

function reportOf(
  { rounds, ms, workloads }: ProxyOptions,
  { entries, absent }: Field,
  { samples, failures }: Run,
  idleSockets: number,
): ProxyReport {
  const names = entries.map(({ contender }) => contender.name);
  const metrics = WORKLOADS.filter(({ name }) => workloads.includes(name)).flatMap((workload) =>
    workload.metrics.map((metric) => ({
      ...metric,
      workload: workload.name,
      figures: figuresOf(metric, samples, names),
    })),
  );
  const present = entries.map(({ contender: { name, title, does }, version }) => ({
    ...{ name, title, does, version, absent: undefined },
  }));
  const missing = absent.map(({ contender: { name, title, does }, why }) => ({
    ...{ name, title, does, version: undefined, absent: why },
  }));
  return {
    benchmark: "proxy",
    machine: describeMachine(),
    connections: CONNECTIONS,
    steady_per_second: STEADY_PER_SECOND,
    rounds,
    round_ms: ms,
    idle_sockets: idleSockets,
    contenders: [...present, ...missing],
    metrics,
    failures,
  };
}

async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), "hangar-bench-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** On a terminal one line that changes, elsewhere a line each. */
function tell(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`);
  else if (line !== "") process.stderr.write(`${line}\n`);
}
