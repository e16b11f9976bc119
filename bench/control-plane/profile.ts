import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { WebSocket } from "ws";

/** Records CPU profiles of a process that was started with --inspect. */
export interface Profiler extends AsyncDisposable {
  record<T>(name: string, work: () => Promise<T>): Promise<T>;
}

const SAMPLING_INTERVAL_US = 250;

export async function attachProfiler(inspectPort: number, dir: string): Promise<Profiler> {
  await mkdir(dir, { recursive: true });
  const targets = await fetch(`http://127.0.0.1:${inspectPort}/json/list`);
  const [target] = (await targets.json()) as { webSocketDebuggerUrl: string }[];
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? "", { maxPayload: 2 ** 30 });
  await once(socket, "open");
  let lastId = 0;
  const ask = async (method: string, params = {}): Promise<{ profile?: unknown }> => {
    lastId += 1;
    const id = lastId;
    socket.send(JSON.stringify({ id, method, params }));
    for (;;) {
      const [data] = await once(socket, "message");
      const answer = JSON.parse(String(data)) as { id?: number; result: { profile?: unknown } };
      if (answer.id === id) return answer.result;
    }
  };
  await ask("Profiler.enable");
  await ask("Profiler.setSamplingInterval", { interval: SAMPLING_INTERVAL_US });
  return {
    async record(name, work) {
      await ask("Profiler.start");
      const result = await work();
      const { profile } = await ask("Profiler.stop");
      await writeFile(join(dir, `${name}.cpuprofile`), JSON.stringify(profile));
      return result;
    },
    async [Symbol.asyncDispose]() {
      socket.terminate();
    },
  };
}
