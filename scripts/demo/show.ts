import { setTimeout as delay } from "node:timers/promises";
import Table from "cli-table3";
import logUpdate from "log-update";
import colors from "picocolors";
import type { BackendSummary } from "../../src/protocol/backend.ts";
import type { ConnectResponse } from "../../src/protocol/connect.ts";
import { type RunningHangar, runHangar } from "./running-hangar.ts";
import { step } from "./steps.ts";

const REFRESH_MS = 1_000;
const ROOMS = ["picnic", "roadmap"];

/** Two whiteboards to open in a browser, and a live table, until Ctrl-C. */
export async function show(stopped: AbortSignal): Promise<void> {
  const hangar = await step("hangar up: controller, drone and proxy", () => runHangar(stopped));
  try {
    await visit(hangar, stopped);
  } finally {
    console.log();
    await step("everything ends", () => hangar.stop());
    for (const left of await hangar.leftovers()) console.log(colors.red(`  left: ${left}`));
    console.log(
      `\n  Kept: the Docker Engine, the images hangar/*, and what npm installed and built here.\n`,
    );
  }
}

async function visit(hangar: RunningHangar, signal: AbortSignal): Promise<void> {
  const sessions: [string, ConnectResponse][] = [];
  for (const room of ROOMS) {
    if (signal.aborted) return;
    sessions.push([room, await step(`open the whiteboard ${room}`, () => open(hangar, room))]);
  }
  console.log(`\n  Open them, each in two windows, and draw:\n`);
  for (const [room, { url }] of sessions) {
    console.log(`    ${colors.bold(room.padEnd(10))} ${colors.cyan(url)}`);
  }
  console.log(
    colors.dim(
      `\n  A whiteboard that nobody looks at for a minute ends by itself. Ctrl-C ends all.\n`,
    ),
  );
  await follow(hangar, signal);
}

function open({ client }: RunningHangar, room: string): Promise<ConnectResponse> {
  return client.connect({
    key: { name: room, namespace: "demo" },
    spawn: { image: "hangar/whiteboard", max_idle_seconds: 60 },
    token_ttl_seconds: 86_400,
    wait: "ready",
  });
}

async function follow({ client }: RunningHangar, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const backends: BackendSummary[] = [];
    for await (const backend of client.listBackends()) backends.push(backend);
    logUpdate(tableOf(backends, Date.now()));
    await delay(REFRESH_MS, undefined, { signal }).catch(() => undefined);
  }
  logUpdate.done();
}

function tableOf(backends: readonly BackendSummary[], now: number): string {
  const table = new Table({
    head: ["Key", "Backend", "Status", "For"],
    style: { head: ["dim"], border: ["dim"] },
  });
  for (const { key, id, status, status_at, ended } of backends) {
    const colour =
      status === "ready" ? colors.green : status === "terminated" ? colors.dim : colors.yellow;
    const why = ended === undefined ? "" : ` (${ended.reason})`;
    table.push([key.name, id, colour(status + why), `${Math.round((now - status_at) / 1_000)} s`]);
  }
  return table.toString();
}
