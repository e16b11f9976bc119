import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { Crew } from "../../../proxy/workers/crew.ts";
import type { WorkerEnd } from "../../../proxy/workers/fork-worker.ts";
import type { ToPrimary, ToWorker } from "../../../proxy/workers/messages.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { TestClock } from "../../harness/test-clock.ts";

const LEAVE_LIMIT_MS = 20_000;
const START = { type: "leave", gently: false } as const;

/** A worker that does what the test says. */
class Scripted {
  readonly told: ToWorker[] = [];
  readonly id: number;
  readonly pid: number;
  readonly gone: Promise<WorkerEnd>;
  readonly say: (message: ToPrimary) => void;
  isDead = false;
  end: (end: WorkerEnd) => void = () => undefined;

  constructor(id: number, say: (message: ToPrimary) => void) {
    this.id = id;
    this.pid = 1_000 + id;
    this.say = say;
    this.gone = new Promise((resolve) => {
      this.end = (end) => {
        this.isDead = true;
        resolve(end);
      };
    });
  }

  send(message: ToWorker): void {
    this.told.push(message);
  }

  kill(): void {
    this.end({ code: null, signal: "SIGKILL" });
  }

  get wasToldToLeave(): boolean {
    return this.told.some(({ type }) => type === "leave");
  }
}

function setUp(size: number, begin: (worker: Scripted) => void = serve) {
  const clock = new TestClock();
  const { log, lines } = recordingLog();
  const workers: Scripted[] = [];
  const script = { begin };
  const gone: number[] = [];
  const waits: boolean[] = [];
  const crew = new Crew(
    {
      ...{ clock, log },
      fork(id, onMessage) {
        const worker = new Scripted(id, onMessage);
        workers.push(worker);
        queueMicrotask(() => script.begin(worker));
        return worker;
      },
      startMessage(waitUntilFit) {
        waits.push(waitUntilFit);
        return START;
      },
      onMessage: () => undefined,
      onGone: (worker) => gone.push(worker),
    },
    { size, leaveLimitMs: LEAVE_LIMIT_MS },
  );
  return { clock, lines, workers, script, crew, gone, waits };
}

function serve(worker: Scripted): void {
  worker.say({ type: "ready", port: 4_242 });
}

function fail(worker: Scripted): void {
  worker.say({ type: "failed", problem: "the port is in use", code: "EADDRINUSE" });
  worker.end({ code: 1, signal: null });
}

const servingOf = (crew: Crew) => crew.serving.map(({ id }) => id);

test("a worker that cannot start is the crew's failure, told once, and no other is tried", async () => {
  const { crew, workers, lines } = setUp(3, fail);
  const error: Error = await crew.start().then(
    () => new Error("it has started"),
    (error) => error,
  );
  expect(error.message).toBe("the port is in use");
  expect(error.cause).toEqual({ code: "EADDRINUSE" });
  expect(workers).toHaveLength(1);
  expect(lines).toEqual([]);
});

test("at first none waits for what nobody has yet; later all do, if others serve", async () => {
  const { crew, clock, workers, waits } = setUp(2, (worker) => {
    worker.say({ type: "online" });
    serve(worker);
  });
  await crew.start();
  expect(waits).toEqual([false, false]);
  workers[1]?.kill();
  await turn();
  await clock.advance(100);
  expect(waits).toEqual([false, false, true]);
  for (const worker of workers) worker.kill();
  await turn();
  await clock.advance(1_000);
  expect(waits[3]).toBe(false);
});

test("one that never says anything is killed in the end", async () => {
  const { crew, workers, clock } = setUp(1, () => undefined);
  const started = expect(crew.start()).rejects.toThrow("took too long");
  await clock.advance(60_000);
  await started;
  expect(workers[0]?.isDead).toBe(true);
});

test("who dies is replaced, sooner at first than after dying again and again", async () => {
  const { crew, workers, clock, lines, gone } = setUp(2);
  await crew.start();
  expect(servingOf(crew)).toEqual([1, 2]);
  workers[0]?.kill();
  await turn();
  expect(servingOf(crew)).toEqual([2]);
  expect(gone).toEqual([1]);
  await clock.advance(100);
  expect(servingOf(crew)).toEqual([3, 2]);
  expect(lines.filter((line) => line.includes("worker died"))).toHaveLength(1);
  for (let times = 0; times < 8; times += 1) {
    workers.at(-1)?.kill();
    await turn();
    await clock.advance(10_000);
  }
  const before = workers.length;
  workers.at(-1)?.kill();
  await turn();
  await clock.advance(4_000);
  expect(workers).toHaveLength(before);
  await clock.advance(6_000);
  expect(workers).toHaveLength(before + 1);
});

test("a replacement that cannot start is tried again, while the others serve", async () => {
  const { crew, workers, clock, script } = setUp(2);
  await crew.start();
  script.begin = fail;
  workers[1]?.kill();
  await turn();
  await clock.advance(1_000);
  expect(workers.length).toBeGreaterThan(3);
  expect(servingOf(crew)).toEqual([1]);
  script.begin = serve;
  await clock.advance(10_000);
  expect(servingOf(crew)).toHaveLength(2);
});

test("a restart has each worker leave only when its successor serves, one after another", async () => {
  const { crew, workers, script } = setUp(2);
  await crew.start();
  script.begin = () => undefined;
  const restarted = crew.restart();
  expect(crew.restart()).toBe(restarted);
  await turn();
  expect(workers.map(({ wasToldToLeave }) => wasToldToLeave)).toEqual([false, false, false]);
  if (workers[2] !== undefined) serve(workers[2]);
  await turn();
  expect(workers.map(({ wasToldToLeave }) => wasToldToLeave)).toEqual([true, false, false]);
  expect(workers[0]?.told.at(-1)).toEqual({ type: "leave", gently: true });
  expect(workers).toHaveLength(3);
  script.begin = serve;
  workers[0]?.end({ code: 0, signal: null });
  await turn();
  expect(servingOf(crew)).toEqual([3, 4]);
  workers[1]?.end({ code: 0, signal: null });
  await restarted;
});

test("a worker that dies while others are restarted leaves no more of them than there should be", async () => {
  const { crew, workers, clock } = setUp(2);
  await crew.start();
  const restarted = crew.restart();
  await turn();
  expect(workers[0]?.wasToldToLeave).toBe(true);
  workers[1]?.kill();
  await turn();
  await clock.advance(100);
  expect(servingOf(crew)).toEqual([3, 4]);
  workers[0]?.end({ code: 0, signal: null });
  await turn();
  for (const worker of workers) if (worker.wasToldToLeave) worker.end({ code: 0, signal: null });
  await restarted;
  expect(workers.filter(({ isDead }) => !isDead).map(({ id }) => id)).toEqual(servingOf(crew));
});

test("a worker that dies while its successor starts gets no second one", async () => {
  const { crew, workers, clock, script } = setUp(1);
  await crew.start();
  script.begin = () => undefined;
  const restarted = crew.restart();
  await turn();
  workers[0]?.kill();
  await turn();
  if (workers[1] !== undefined) serve(workers[1]);
  await restarted;
  await clock.advance(60_000);
  expect(servingOf(crew)).toEqual([2]);
  expect(workers).toHaveLength(2);
});

test("a restart whose first new worker cannot start changes nothing", async () => {
  const { crew, workers, script } = setUp(2);
  await crew.start();
  script.begin = fail;
  await expect(crew.restart()).rejects.toThrow("the port is in use");
  expect(servingOf(crew)).toEqual([1, 2]);
  expect(workers.filter(({ wasToldToLeave }) => wasToldToLeave)).toEqual([]);
  expect(workers).toHaveLength(3);
});

test("at the end all leave, and who does not is killed", async () => {
  const { crew, workers, clock } = setUp(2);
  await crew.start();
  const ended = crew[Symbol.asyncDispose]();
  expect(workers.map(({ told }) => told)).toEqual([
    [{ type: "leave", gently: false }],
    [{ type: "leave", gently: false }],
  ]);
  workers[0]?.end({ code: 0, signal: null });
  await turn();
  expect(workers[1]?.isDead).toBe(false);
  await clock.advance(LEAVE_LIMIT_MS);
  await ended;
  expect(workers[1]?.isDead).toBe(true);
  expect(workers).toHaveLength(2);
});
