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

/**
 * From nothing to the first HTTP answer of the same image: the bare floor (dockerode: create, start,
 * ask until it answers) and a connect through Hangar that waits for ready, in turns.
 */
export async function benchColdStart({ json }: { json: boolean }): Promise<void> {
  await ensureExampleImages();
  const docker = new Docker();
  const hangar = await runHangar();
  const floorMs: number[] = [];
  const hangarMs: number[] = [];
  try {
    for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
      const pair = [await bareStart(docker), await hangarStart(hangar.client)] as const;
      if (round < 0) continue;
      floorMs.push(pair[0]);
      hangarMs.push(pair[1]);
    }
  } finally {
    await hangar.stop();
  }
  const summary = {
    benchmark: "cold-start",
    machine: describeMachine(),
    rounds: ROUNDS,
    floor: { median_ms: median(floorMs), p95_ms: percentile(floorMs, 95) },
    hangar: { median_ms: median(hangarMs), p95_ms: percentile(hangarMs, 95) },
    ratio: median(hangarMs) / median(floorMs),
  };
  console.log(json ? JSON.stringify(summary) : rendered(summary));
}

async function bareStart(docker: Docker): Promise<number> {
  const startedMs = performance.now();
  const container = await docker.createContainer({ Image: IMAGE, Env: [`PORT=${PORT}`] });
  try {
    await container.start();
    const { NetworkSettings } = await container.inspect();
    const host = NetworkSettings.Networks.bridge?.IPAddress ?? "";
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

function rendered(summary: {
  machine: string;
  rounds: number;
  floor: { median_ms: number; p95_ms: number };
  hangar: { median_ms: number; p95_ms: number };
  ratio: number;
}): string {
  const line = (name: string, { median_ms, p95_ms }: { median_ms: number; p95_ms: number }) =>
    `  ${name.padEnd(38)} ${median_ms.toFixed(0).padStart(6)} ms ${p95_ms.toFixed(0).padStart(6)} ms`;
  return [
    `cold start, ${summary.rounds} rounds in turns; ${summary.machine}`,
    `  ${"".padEnd(38)} ${"median".padStart(9)} ${"p95".padStart(9)}`,
    line("bare: dockerode create, start, answer", summary.floor),
    line("Hangar: connect, wait for ready", summary.hangar),
    `  ratio of the medians: ${summary.ratio.toFixed(2)}`,
  ].join("\n");
}
