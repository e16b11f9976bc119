import type { ConnectResponse } from "../../src/protocol/connect.ts";
import { echoed, getPage, openWebSocket } from "../localhost.ts";
import { type RunningHangar, runHangar } from "./running-hangar.ts";
import { must, step } from "./steps.ts";

const IDLE_SECONDS = 2;

/** The whole trip without a person; throws at the first thing that does not hold. */
export async function check(stopped: AbortSignal): Promise<void> {
  const hangar = await step("hangar up: controller, drone and proxy", () => runHangar(stopped));
  try {
    await Promise.race([useSessions(hangar), rejection(stopped)]);
  } finally {
    await step("everything ends", () => hangar.stop());
  }
  await step("nothing is left", async () => {
    const left = await hangar.leftovers();
    must(left.length === 0, `left: ${left.join(", ")}`);
  });
}

function rejection(stopped: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = () => reject(stopped.reason);
    if (stopped.aborted) stop();
    else stopped.addEventListener("abort", stop, { once: true });
  });
}

async function useSessions(hangar: RunningHangar): Promise<void> {
  const red = await step("spawn the key red", () => connect(hangar, "red"));
  const blue = await step("spawn the key blue", () => connect(hangar, "blue"));
  must(red.backend_id !== blue.backend_id, "two keys share one backend");
  for (const [name, session] of [
    ["red", red],
    ["blue", blue],
  ] as const) {
    await step(`HTTP through the subdomain of ${name}`, () => speaksHttp(session));
    await step(`WebSocket echo through the subdomain of ${name}`, () => echoesOnce(session));
  }
  await step("the same key again is the same backend", async () => {
    const again = await connect(hangar, "red");
    must(again.backend_id === red.backend_id && !again.spawned, "the key has a second backend");
  });
  await step("red cannot be reached with blue's token", async () => {
    const { status } = await getPage(red.url.replace(String(red.token), String(blue.token)));
    must(status === 403, `expected 403, got ${status}`);
  });
  await idleness(hangar, red, blue);
}

async function idleness(
  hangar: RunningHangar,
  idle: ConnectResponse,
  connected: ConnectResponse,
): Promise<void> {
  const socket = await step("blue keeps a WebSocket open", () => openWebSocket(connected.url));
  await step(`red, idle for ${IDLE_SECONDS} s, is torn down by itself`, async () => {
    for await (const { status, termination_reason } of hangar.client.statusStream(
      idle.backend_id,
    )) {
      if (status !== "terminated") continue;
      must(termination_reason === "swept", `it ended because of ${termination_reason}`);
    }
  });
  await step("red's URL now says 410, and why", async () => {
    const { status, text } = await getPage(idle.url);
    must(status === 410 && text.includes("swept"), `got ${status}: ${text}`);
  });
  await step("blue stays: its WebSocket still echoes", async () => {
    must(await echoed(socket, "still here"), "another message came back");
    const { status } = await hangar.client.status(connected.backend_id);
    must(status === "ready", `blue is ${status}`);
  });
  socket.close();
}

function connect({ client }: RunningHangar, name: string): Promise<ConnectResponse> {
  const spawn = { image: "hangar/echo", max_idle_seconds: IDLE_SECONDS };
  return client.connect({ key: { name, namespace: "demo" }, spawn, user: "ada", wait: "ready" });
}

async function speaksHttp({ url, backend_id }: ConnectResponse): Promise<void> {
  const { status, text } = await getPage(`${url}hello?x=1`);
  must(status === 200, `expected 200, got ${status}: ${text}`);
  const told: unknown = JSON.parse(text);
  const seen = JSON.stringify(told);
  for (const part of [backend_id, "/hello?x=1", '"x-verified-username":"ada"']) {
    must(seen.includes(part), `the backend did not see ${part}: ${seen}`);
  }
}

async function echoesOnce({ url }: ConnectResponse): Promise<void> {
  const socket = await openWebSocket(url);
  must(await echoed(socket, "hello"), "another message came back");
  socket.close();
}
