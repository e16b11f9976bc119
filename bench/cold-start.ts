import { request } from "node:http";
import Docker from "dockerode";
import { runHangar } from "../scripts/demo/running-hangar.ts";
import { ensureExampleImages } from "../scripts/example-images.ts";
import type { HangarClient } from "../src/client/client.ts";
import { describeMachine } from "./machine.ts";
import { median, percentile } from "./statistics.ts";

const ROUNDS = 20;
const WARM_UP_ROUNDS = 2;
const IMAGE = "hangar/echo:latest";
const PORT = 8080;
const NETWORK = `hangar-bench-${process.pid}`;
const APART = { "com.docker.network.bridge.enable_icc": "false" };
const SUBJECTS = ["floor", "isolated_floor", "hangar"] as const;
type Subject = (typeof SUBJECTS)[number];

/**
 * From nothing to the first HTTP answer of the same image, in turns: the bare floor (dockerode: create,
 * start, ask until it answers), the same on a network of its own kept apart as Hangar's is, which is
 * what isolation costs in Docker itself, and a connect through Hangar that waits for ready.
 */
export async function benchColdStart({ json }: { json: boolean }): Promise<void> {
  await ensureExampleImages();
  const docker = new Docker();
  const network = await docker.createNetwork({ Name: NETWORK, Options: APART });
  const hangar = await runHangar();
  const runs: Record<Subject, number[]> = { floor: [], isolated_floor: [], hangar: [] };
  try {
    for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
      const took = {
        floor: await bareStart(docker, "bridge"),
        isolated_floor: await bareStart(docker, NETWORK),
        hangar: await hangarStart(hangar.client),
      };
      if (round < 0) continue;
      for (const subject of SUBJECTS) runs[subject].push(took[subject]);
    }
  } finally {
    await hangar.stop();
    await network.remove();
  }
  const figures = summarize(runs);
  console.log(json ? JSON.stringify(figures) : rendered(figures));
}

function summarize(runs: Record<Subject, number[]>) {
  const figure = (values: number[]) => ({
    median_ms: median(values),
    p95_ms: percentile(values, 95),
  });
  const { floor, isolated_floor, hangar } = runs;
  return {
    benchmark: "cold-start",
    machine: describeMachine(),
    rounds: ROUNDS,
    floor: figure(floor),
    isolated_floor: figure(isolated_floor),
    hangar: figure(hangar),
    ratio: median(hangar) / median(floor),
    ratio_to_isolated: median(hangar) / median(isolated_floor),
  };
}

async function bareStart(docker: Docker, network: string): Promise<number> {
  const startedMs = performance.now();
  const container = await docker.createContainer({
    Image: IMAGE,
    Env: [`PORT=${PORT}`],
    HostConfig: { NetworkMode: network },
  });
  try {
    await container.start();
    const { NetworkSettings } = await container.inspect();
    const host = NetworkSettings.Networks[network]?.IPAddress ?? "";
    while (!(await answers(host))) await new Promise((resolve) => setTimeout(resolve, 5));
    return performance.now() - startedMs;
  } finally {
    await container.remove({ force: true });
  }
}

function answers(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asking = request({ host, port: PORT, method: "HEAD", agent: false }, (answer) => {
      answer.resume();
      resolve(true);
    });
    asking.on("error", () => resolve(false));
    asking.end();
  });
}

async function hangarStart(client: HangarClient): Promise<number> {
  const startedMs = performance.now();
  const { backend_id, status } = await client.connect({ spawn: { image: IMAGE }, wait: "ready" });
  const tookMs = performance.now() - startedMs;
  if (status !== "ready") throw new Error(`the backend is ${status}`);
  await client.terminate(backend_id, { hard: true });
  for await (const entry of client.statusStream(backend_id)) {
    if (entry.status === "terminated") break;
  }
  return tookMs;
}

function rendered(figures: ReturnType<typeof summarize>): string {
  const line = (name: string, { median_ms, p95_ms }: { median_ms: number; p95_ms: number }) =>
    `  ${name.padEnd(40)} ${median_ms.toFixed(0).padStart(6)} ms ${p95_ms.toFixed(0).padStart(6)} ms`;
  return [
    `cold start, ${figures.rounds} rounds in turns; ${figures.machine}`,
    `  ${"".padEnd(40)} ${"median".padStart(9)} ${"p95".padStart(9)}`,
    line("bare: dockerode create, start, answer", figures.floor),
    line("the same on a network kept apart", figures.isolated_floor),
    line("Hangar: connect, wait for ready", figures.hangar),
    `  Hangar beside bare: ${figures.ratio.toFixed(2)}; beside the same isolation: ${figures.ratio_to_isolated.toFixed(2)}`,
  ].join("\n");
}
