import { fileURLToPath } from "node:url";
import { describeMachine } from "./machine.ts";
import { figuresOf, type ProxyFigures, type Sample, SUBJECTS, WORKLOADS } from "./proxy-figures.ts";
import { startPart } from "./proxy-part.ts";
import { proxyTable } from "./proxy-table.ts";

const CONNECTIONS = 64;
const ROUNDS = 5;
const ROUND_MS = 1_500;
const WARM_UP_MS = 4_000;

const TURNS = WORKLOADS.flatMap((workload) => SUBJECTS.map((subject) => ({ workload, subject })));

/**
 * Requests and WebSocket echoes a second through Hangar's proxy, through the bare http-proxy library
 * and straight to the backend. Backend, proxies and load each have a process; rounds alternate, so
 * that a busy moment of the machine falls on all alike.
 */
export async function benchProxy({ json }: { json: boolean }): Promise<void> {
  const samples = await measure((line) => {
    if (!json && process.stdout.isTTY) process.stdout.write(`\r\u001b[K${line}`);
  });
  const figures: ProxyFigures = {
    benchmark: "proxy",
    machine: describeMachine(),
    connections: CONNECTIONS,
    rounds: ROUNDS,
    round_ms: ROUND_MS,
    requests: figuresOf("requests", samples),
    echoes: figuresOf("echoes", samples),
  };
  console.log(json ? JSON.stringify(figures) : proxyTable(figures));
}

async function measure(progress: (line: string) => void): Promise<Sample[]> {
  await using backend = await startPart("proxy-backend.ts");
  await using hangar = await startPart("proxy-hangar.ts", backend.hello);
  await using library = await startPart("proxy-library.ts", backend.hello);
  await using load = await startPart("proxy-load.ts");
  const ports = {
    hangar: hangar.hello.port,
    "http-proxy": library.hello.port,
    "no proxy": backend.hello.port,
  };
  const samples: Sample[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { workload, subject } of TURNS) {
      progress(round === 0 ? `warming up: ${subject}` : `round ${round} of ${ROUNDS}: ${subject}`);
      const ms = round === 0 ? WARM_UP_MS : ROUND_MS;
      const order = { workload, port: ports[subject], connections: CONNECTIONS, ms };
      const { perSecond } = await load.ask(order);
      if (round > 0) samples.push({ workload, subject, perSecond });
    }
  }
  progress("");
  return samples;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await benchProxy({ json: process.argv.includes("--json") });
}
