import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** One child process of the benchmark, on one core. It answers each order once, in turn. */
export interface Part<Order, Answer> extends AsyncDisposable {
  readonly pid: number;
  ask(order: Order): Promise<Answer>;
}

/** What is measured has a core of its own; all that plays with it shares the other. */
export const SUBJECT_CORE = 0;
export const OTHER_CORE = 1;

/** Resolves once the part has said that it is ready. The file is named from this folder. */
export async function startPart<Order extends object, Answer>(
  file: string,
  core: number,
  setUp: object = {},
): Promise<Part<Order, Answer>> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const command = [process.execPath, "--import", "tsx", path, JSON.stringify(setUp)];
  const child = spawn("taskset", ["-c", String(core), ...command], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const exited = once(child, "exit");
  const early = exited.then(([code]): never => {
    throw new Error(`${file} exited with ${code} in the middle of the benchmark`);
  });
  early.catch(() => undefined);
  const nextMessage = () =>
    Promise.race([once(child, "message").then(([value]) => value as unknown), early]);
  await nextMessage();
  return {
    pid: child.pid ?? 0,
    async ask(order) {
      child.send(order);
      return (await nextMessage()) as Answer;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** The other end: says that it is ready, and answers. What fails ends the part, and so the benchmark. */
export function serveOrders<Order, Answer>(answer: (order: Order) => Promise<Answer>): void {
  process.on("message", async (order: Order) => {
    process.send?.(await answer(order));
  });
  process.on("disconnect", () => process.exit());
  process.send?.("ready");
}

/** What a part was set up with. */
export function setUpOf<T>(): T {
  return JSON.parse(process.argv[2] ?? "{}") as T;
}
