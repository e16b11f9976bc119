import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** What a part says once it is ready. */
export interface PartHello {
  port: number;
  controllerUrl?: string;
}

export interface LoadOrder {
  workload: "requests" | "echoes";
  port: number;
  connections: number;
  ms: number;
}

export interface LoadResult {
  perSecond: number;
}

/** One process of the benchmark. */
export interface Part extends AsyncDisposable {
  readonly hello: PartHello;
  ask(order: LoadOrder): Promise<LoadResult>;
}

const PATIENCE_MS = 30_000;

export async function startPart(file: string, upstream?: PartHello): Promise<Part> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(path, upstream === undefined ? [] : [JSON.stringify(upstream)], {
    execArgv: ["--import", "tsx"],
  });
  const exited = once(child, "exit");
  const nextMessage = async () => {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const message = once(child, "message", { signal }).then(([value]) => value as unknown);
    const early = exited.then(([code]) => {
      throw new Error(`${file} exited with ${code} in the middle of the benchmark`);
    });
    return Promise.race([message, early]);
  };
  const hello = (await nextMessage()) as PartHello;
  return {
    hello,
    async ask(order) {
      child.send(order);
      return (await nextMessage()) as LoadResult;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
