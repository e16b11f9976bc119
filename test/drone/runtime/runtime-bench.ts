import type { Runtime } from "../../../drone/runtime/runtime.ts";
import type { LogQuery } from "../../../drone/runtime/runtime-logs.ts";
import type { Address } from "../../../src/protocol/backend-state.ts";
import type { BackendSpec } from "../../../src/protocol/drone-messages.ts";
import { newBackendId } from "../../../src/protocol/ids.ts";
import type { LogItem } from "../../../src/protocol/stream-messages.ts";
import { waitFor } from "../../harness/wait-for.ts";

/** A place where runtimes can be opened, and from which all that they made goes at the end. */
export interface RuntimeBench extends AsyncDisposable {
  /** A runtime object of its own, as a drone that was started anew has it. */
  open(droneName?: string): Runtime;
  /** An image, or an app, that is here. */
  readonly image: string;
  readonly unknownImage: string;
  /** Where node is, as an instance sees it. */
  readonly node: string;
}

/** Answers with its environment; told to exit by `/exit/CODE`; MODE makes it misbehave. */
const APP = `
const { MODE: mode, PORT: port } = process.env;
process.on("SIGTERM", () => { if (mode !== "stubborn") process.exit(0); });
require("node:http").createServer((request, response) => {
  const [, command, code] = request.url.split("/");
  if (command === "exit") process.exit(Number(code));
  response.end(JSON.stringify(process.env));
}).listen(port, () => console.log("listening"));
`;

export function specOn(bench: RuntimeBench, over: Partial<BackendSpec> = {}): BackendSpec {
  return {
    backend_id: newBackendId(),
    key: { name: "doc/1", namespace: "team", tag: "" },
    fencing_token: 7,
    image: bench.image,
    pull_policy: "if-not-present",
    command: [bench.node, "-e", APP],
    env: {},
    port: 8080,
    grace_seconds: 10,
    ready: {},
    resources: {},
    ...over,
  };
}

/** A spec whose app is this script. */
export function scriptOn(
  bench: RuntimeBench,
  script: string,
  over: Partial<BackendSpec> = {},
): BackendSpec {
  return specOn(bench, { command: [bench.node, "-e", script], ...over });
}

/** Creates and starts it, and waits until it answers. */
export async function runOn(runtime: Runtime, spec: BackendSpec) {
  await runtime.create(spec);
  const location = await runtime.start(spec);
  const env = await waitFor("its first answer", () => ask(location.address, "/"));
  return { id: spec.backend_id, location, env: JSON.parse(env) as Record<string, string> };
}

/** The body of the answer; undefined while nothing answers. */
export async function ask({ host, port }: Address, path: string): Promise<string | undefined> {
  try {
    return await (await fetch(`http://${host}:${port}${path}`)).text();
  } catch {
    return undefined;
  }
}

export async function waitForEnd(runtime: Runtime, { backend_id }: BackendSpec) {
  return waitFor("its end", async () => {
    const instance = await runtime.inspect(backend_id);
    return instance?.state === "ended" && instance;
  });
}

export const EVERYTHING: LogQuery = { follow: false, stdout: true, stderr: true };

export async function readLogs(
  runtime: Runtime,
  { backend_id }: BackendSpec,
  query: Partial<LogQuery>,
): Promise<LogItem[]> {
  const patience = AbortSignal.timeout(30_000);
  const lines = await runtime.logs(backend_id, { ...EVERYTHING, ...query }, patience);
  const read: LogItem[] = [];
  for await (const some of lines ?? []) read.push(...some);
  return read;
}

export async function clear(runtime: Runtime): Promise<void> {
  for (const { id } of await runtime.list()) {
    await runtime.kill(id);
    await runtime.remove(id);
  }
}
