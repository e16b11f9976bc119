import type { Bench } from "./cell.ts";
import type { CellFigures, LoadFigure } from "./figures.ts";
import type { LoadResult } from "./load-run.ts";
import { type Phase, phase } from "./phase.ts";
import type { Workload } from "./requests.ts";

export const CONNECTIONS = 64;
/** The rates at which latencies are compared: all subjects can do them. */
export const STEADY = { connects: 1_000, spawns: 100 } as const;
const PATIENCE_MS = 60_000;

/** With what the controller takes of its core anyway. */
interface LoadBench extends Bench {
  restCpu: number;
}

/** Connects first, since spawns add to what is live. */
export async function measureLoads(
  bench: LoadBench,
): Promise<Pick<CellFigures, "connects" | "spawns">> {
  return { connects: await measureConnects(bench), spawns: await measureSpawns(bench) };
}

async function measureConnects(bench: LoadBench): Promise<LoadFigure> {
  const workload: Workload = { kind: "connects", live: bench.live };
  return await measureLoad(bench, "connects", (rate) => askLoad(bench, workload, rate));
}

/** A round is over when its last spawn is ready. */
async function measureSpawns(bench: LoadBench): Promise<LoadFigure> {
  let rounds = 0;
  let spawned = 0;
  return await measureLoad(bench, "spawns", async (rate) => {
    rounds += 1;
    const result = await askLoad(bench, { kind: "spawns", namespace: `round-${rounds}` }, rate);
    spawned += result.answered;
    await untilReady(bench, spawned);
    return result;
  });
}

interface Rate {
  ms: number;
  perSecond?: number;
}

async function measureLoad(
  { options, watched, restCpu }: LoadBench,
  kind: keyof typeof STEADY,
  run: (rate: Rate) => Promise<LoadResult>,
): Promise<LoadFigure> {
  const { loadMs: ms, warmUpMs } = options.durations;
  const perSecond = STEADY[kind];
  await run({ ms: warmUpMs });
  const fast = await phase(watched, kind, () => run({ ms }));
  const steady = await phase(watched, `steady-${kind}`, () => run({ ms, perSecond }));
  const controllerMs = fast.controllerMs - restCpu * fast.tookMs;
  return toFigure({ ...fast, controllerMs }, steady.result, perSecond);
}

async function askLoad(
  { load, controller }: Bench,
  workload: Workload,
  rate: Rate,
): Promise<LoadResult> {
  const target = { port: controller.port, key: controller.keys.admin };
  const result = await load.ask({ target, workload, connections: CONNECTIONS, ...rate });
  if (result.failed > 0) throw new Error(`${result.failed} refused: ${result.firstFailure}`);
  return result;
}

async function untilReady({ peers }: Bench, count: number): Promise<void> {
  const { ready } = await peers.ask({ kind: "ready", count, patienceMs: PATIENCE_MS });
  if (ready < count) throw new Error(`${count - ready} of ${count} spawns are not ready`);
}

function toFigure(
  { result, tookMs, controllerMs, busy }: Phase<LoadResult>,
  steady: LoadResult,
  perSecond: number,
): LoadFigure {
  return {
    per_second: (result.answered / tookMs) * 1_000,
    p50_ms: result.p50Ms,
    p99_ms: result.p99Ms,
    steady: { per_second: perSecond, p50_ms: steady.p50Ms, p99_ms: steady.p99Ms },
    controller_us: (controllerMs / result.answered) * 1_000,
    busy,
  };
}
