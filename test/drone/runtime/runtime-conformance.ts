import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Runtime, RuntimeError, type RuntimeEvent } from "../../../drone/runtime/runtime.ts";
import type { LogQuery } from "../../../drone/runtime/runtime-logs.ts";
import { inPlainWords } from "../../../drone/runtime/too-large.ts";
import { newBackendId } from "../../../src/protocol/ids.ts";
import { MAX_ARGUMENT_BYTES } from "../../../src/protocol/timings.ts";
import { waitFor } from "../../harness/wait-for.ts";
import {
  ask,
  clear,
  EVERYTHING,
  type RuntimeBench,
  readLogs,
  runOn,
  scriptOn,
  specOn,
  waitForEnd,
} from "./runtime-bench.ts";

const KILLED = 137;

/** What every runtime promises. */
export function runtimeConformance(openBench: () => Promise<RuntimeBench>): void {
  let bench: RuntimeBench;
  let runtime: Runtime;
  const signal = new AbortController().signal;

  beforeAll(async () => {
    bench = await openBench();
    runtime = bench.open();
  });
  afterEach(() => clear(runtime));
  afterAll(() => bench[Symbol.asyncDispose]());

  test("a runtime that is there is healthy, and names its version and its images", async () => {
    const health = await runtime.health();
    expect(health).toMatchObject({ ok: true, version: expect.stringMatching(/\d/) });
    expect(health.images).toContain(bench.image);
  });

  test("an image that is here needs no pull", async () => {
    await runtime.pull(specOn(bench), () => {}, signal);
  });

  test("an image that is nowhere ends the pull with pullfailed", async () => {
    const spec = specOn(bench, { image: bench.unknownImage });
    const pull = runtime.pull(spec, () => {}, signal);
    await expect(pull).rejects.toBeInstanceOf(RuntimeError);
    await expect(pull).rejects.toMatchObject({ reason: "pullfailed" });
  });

  test("what was never created is not there, and stopping, killing or removing it is no error", async () => {
    const id = newBackendId();
    await runtime.stop(id, 1);
    await runtime.kill(id);
    await runtime.remove(id);
    expect(await runtime.inspect(id)).toBeUndefined();
    expect(await runtime.logTail(id, 20)).toEqual([]);
  });

  test("creating twice makes one instance, which does not run yet", async () => {
    const spec = specOn(bench);
    await runtime.create(spec);
    await runtime.create(spec);
    expect(await runtime.list()).toEqual([
      expect.objectContaining({ id: spec.backend_id, state: "created" }),
    ]);
    expect(await runtime.logTail(spec.backend_id, 20)).toEqual([]);
  });

  test("an instance that was created and never started can be stopped and removed", async () => {
    const spec = specOn(bench);
    await runtime.create(spec);
    await runtime.stop(spec.backend_id, 1);
    await runtime.kill(spec.backend_id);
    await runtime.remove(spec.backend_id);
    expect(await runtime.list()).toEqual([]);
  });

  test("an id that another backend has is refused with createfailed", async () => {
    const spec = specOn(bench);
    await runtime.create(spec);
    const other = { ...spec, fencing_token: spec.fencing_token + 1 };
    await expect(runtime.create(other)).rejects.toMatchObject({ reason: "createfailed" });
  });

  test("a started instance answers where its location says, and starting it again says the same", async () => {
    const spec = specOn(bench);
    const { id, location } = await runOn(runtime, spec);
    expect(await runtime.start(spec)).toEqual(location);
    expect(await runtime.inspect(id)).toMatchObject({ state: "running", location });
  });

  test("starting what was not created ends with startfailed", async () => {
    await expect(runtime.start(specOn(bench))).rejects.toMatchObject({ reason: "startfailed" });
  });

  test("a command that does not exist ends with startfailed and its name", async () => {
    const spec = specOn(bench, { command: ["no-such-command"] });
    await runtime.create(spec);
    const start = runtime.start(spec);
    await expect(start).rejects.toBeInstanceOf(RuntimeError);
    await expect(start).rejects.toMatchObject({
      reason: "startfailed",
      message: expect.stringContaining("no-such-command"),
    });
  });

  test("a polite app ends with its own code, long before the grace is over", async () => {
    const { id } = await runOn(runtime, specOn(bench));
    const before = performance.now();
    await runtime.stop(id, 30);
    expect(performance.now() - before).toBeLessThan(10_000);
    expect(await runtime.inspect(id)).toMatchObject({ state: "ended", exitCode: 0 });
    await runtime.stop(id, 30);
  });

  test("a stubborn app is killed, and not before the grace is over", async () => {
    const { id } = await runOn(runtime, specOn(bench, { env: { MODE: "stubborn" } }));
    const before = performance.now();
    await runtime.stop(id, 1);
    expect(performance.now() - before).toBeGreaterThanOrEqual(950);
    expect(await runtime.inspect(id)).toMatchObject({ state: "ended", exitCode: KILLED });
  });

  test("a kill cuts a long grace short", async () => {
    const { id } = await runOn(runtime, specOn(bench, { env: { MODE: "stubborn" } }));
    const stopped = runtime.stop(id, 60);
    await runtime.kill(id);
    await stopped;
    expect(await runtime.inspect(id)).toMatchObject({ state: "ended", exitCode: KILLED });
    await runtime.kill(id);
  });

  test("an app that ends by itself leaves its exit code, and is never started a second time", async () => {
    const spec = scriptOn(bench, "setTimeout(() => process.exit(3), 200)");
    await runtime.create(spec);
    await runtime.start(spec);
    expect(await waitForEnd(runtime, spec)).toMatchObject({ exitCode: 3, oomKilled: false });
    await expect(runtime.start(spec)).rejects.toThrow();
    expect(await runtime.inspect(spec.backend_id)).toMatchObject({ state: "ended", exitCode: 3 });
  });

  test("the last log lines come in the order in which they were printed, from both streams", async () => {
    const script = `
      const lines = ["out 1", "err 2", "out 3 \u00fc", "err 4"];
      const next = () => {
        const line = lines.shift();
        if (line === undefined) process.exit(0);
        (line.startsWith("out") ? console.log : console.error)(line);
        setTimeout(next, 50);
      };
      next();`;
    const spec = scriptOn(bench, script);
    await runtime.create(spec);
    await runtime.start(spec);
    await waitForEnd(runtime, spec);
    expect(await runtime.logTail(spec.backend_id, 20)).toEqual([
      "out 1",
      "err 2",
      "out 3 \u00fc",
      "err 4",
    ]);
    expect(await runtime.logTail(spec.backend_id, 2)).toEqual(["out 3 \u00fc", "err 4"]);
  });

  test("a log tail is bounded, however much was printed on one line", async () => {
    const script = `process.stdout.write("x".repeat(100_000) + "\\nlast\\n")`;
    const spec = scriptOn(bench, script);
    await runtime.create(spec);
    await runtime.start(spec).catch(() => undefined);
    await waitForEnd(runtime, spec);
    const tail = await runtime.logTail(spec.backend_id, 20);
    expect(tail.at(-1)).toBe("last");
    expect(tail.join("").length).toBeLessThan(20 * 4_096);
  });

  test("lines are followed as they are printed, to the last one after its end", async () => {
    const script = `
      let count = 0;
      const next = () => {
        console.log("line " + ++count);
        if (count === 6) { process.stdout.write("the end"); return; }
        setTimeout(next, 40);
      };
      next();`;
    const spec = scriptOn(bench, script);
    await runtime.create(spec);
    await runtime.start(spec);
    const lines = await readLogs(runtime, spec, { follow: true });
    const expected = [1, 2, 3, 4, 5, 6].map((count) => `line ${count}`).concat("the end");
    expect(lines.map(({ text }) => text)).toEqual(expected);
    const again = await readLogs(runtime, spec, {});
    expect(again).toEqual(lines);
    for (const [index, { place }] of lines.entries()) {
      const rest = await readLogs(runtime, spec, { after: place });
      expect(rest).toEqual(lines.slice(index + 1));
    }
    const tail = await readLogs(runtime, spec, { tail: 2 });
    expect(tail.map(({ text }) => text)).toEqual(expected.slice(-2));
  });

  test("a long line comes as several, whole characters each, and nothing of it is lost", async () => {
    const script = `process.stdout.write("😀".repeat(30_000) + "\\nlast\\n")`;
    const spec = scriptOn(bench, script);
    await runtime.create(spec);
    await runtime.start(spec).catch(() => undefined);
    await waitForEnd(runtime, spec);
    const texts = (await readLogs(runtime, spec, {})).map(({ text }) => text);
    expect(texts.at(-1)).toBe("last");
    expect(texts.slice(0, -1).join("")).toBe("😀".repeat(30_000));
    for (const text of texts) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(16_384);
  });

  test("whatever place, time or stream is asked for, the answer is lines or none, at once", async () => {
    const spec = scriptOn(bench, `console.log("one"); console.log("two")`);
    await runtime.create(spec);
    await runtime.start(spec).catch(() => undefined);
    await waitForEnd(runtime, spec);
    const texts = async (query: Partial<LogQuery>) =>
      (await readLogs(runtime, spec, query)).map(({ text }) => text);
    for (const follow of [false, true]) {
      expect(await texts({ follow, stdout: false, stderr: false })).toEqual([]);
      expect(await texts({ follow, sinceMs: -1e25 })).toEqual(["one", "two"]);
      expect(await texts({ follow, sinceMs: 1e25 })).toEqual([]);
      for (const after of ["0", "0.0"]) expect(await texts({ follow, after })).toHaveLength(2);
      for (const after of ["1", "3", "4.1"])
        expect((await texts({ follow, after })).at(-1)).toBe("two");
      for (const after of ["9".repeat(24), `${"9".repeat(24)}.999999999`]) {
        expect(await texts({ follow, after })).toEqual([]);
      }
    }
  });

  test("who stops following lets go at once, and what was never there has no log", async () => {
    const { id } = await runOn(runtime, specOn(bench));
    const stop = new AbortController();
    const lines = await runtime.logs(id, { ...EVERYTHING, follow: true }, stop.signal);
    const read = (async () => {
      for await (const _ of lines ?? []) stop.abort();
    })();
    await read.catch(() => undefined);
    expect(stop.signal.aborted).toBe(true);
    expect(await runtime.logs(newBackendId(), EVERYTHING, signal)).toBeUndefined();
  });

  test("as much env and command as the API takes is started, and what the system refuses is told in words", async () => {
    const variable = "x".repeat(MAX_ARGUMENT_BYTES - "NAME_1=".length);
    const env = Object.fromEntries(Array.from({ length: 7 }, (_, n) => [`NAME_${n}`, variable]));
    const { command = [] } = specOn(bench);
    const most = { env, command: [...command, "x".repeat(120_000)] };
    expect((await runOn(runtime, specOn(bench, most))).env).toMatchObject(env);
    const over = specOn(bench, { env: { NAME_1: `${variable}x` } });
    await runtime.create(over);
    // Said at once, or in the last words of what never ran.
    const refusal = await runtime.start(over).catch((error: Error) => error);
    const said = refusal instanceof RuntimeError ? refusal.message : undefined;
    const [words = ""] = said === undefined ? await runtime.logTail(over.backend_id, 1) : [said];
    expect(inPlainWords(words)).toContain("its env and command are too large for this machine");
  });

  test("usage is told of what runs, and of nothing else", async () => {
    const script = `for (const end = Date.now() + 3_000; Date.now() < end;);`;
    const spec = scriptOn(bench, script);
    await runtime.create(spec);
    expect(await runtime.usage([spec.backend_id, newBackendId()])).toEqual(new Map());
    await runtime.start(spec);
    const usage = () =>
      waitFor("usage", async () => (await runtime.usage([spec.backend_id])).get(spec.backend_id));
    const before = await usage();
    const now = await waitFor("CPU", async () => {
      const later = await usage();
      return (later.cpuSeconds ?? 0) > (before.cpuSeconds ?? 0) + 0.05 && later;
    });
    if (now === false) throw new Error("no usage");
    expect(now.at).toBeGreaterThan(before.at);
    expect(now.memory_bytes).toBeGreaterThan(1_048_576);
    expect(now.pids).toBeGreaterThanOrEqual(1);
    await runtime.kill(spec.backend_id);
    expect(await runtime.usage([spec.backend_id])).toEqual(new Map());
  });

  test("a removed instance is gone, and removing it again is no error", async () => {
    const { id } = await runOn(runtime, specOn(bench));
    await runtime.kill(id);
    await runtime.remove(id);
    await runtime.remove(id);
    expect(await runtime.inspect(id)).toBeUndefined();
    expect(await runtime.list()).toEqual([]);
  });

  test("a drone neither sees nor touches what another drone has made", async () => {
    const { id, location } = await runOn(runtime, specOn(bench));
    const neighbour = bench.open("dr-neighbour");
    expect(await neighbour.list()).toEqual([]);
    expect(await neighbour.inspect(id)).toBeUndefined();
    await neighbour.stop(id, 0);
    await neighbour.kill(id);
    await neighbour.remove(id);
    expect(await ask(location.address, "/")).toBeDefined();
  });

  test("a runtime that was opened anew adopts what runs, with all that it needs to know of it", async () => {
    const ready = { path: "/healthz", timeout_seconds: 5 };
    const spec = specOn(bench, { ready, static_token: "hst_secret", env: { PASSWORD: "s3cret" } });
    const { id, location } = await runOn(runtime, spec);
    const reopened = bench.open();
    const { key, fencing_token, port, grace_seconds } = spec;
    const adoption = { key, fencing_token, port, grace_seconds, ready };
    expect(await reopened.list()).toEqual([{ id, adoption, state: "running", location }]);
    await reopened.stop(id, 10);
    expect(await runtime.inspect(id)).toMatchObject({ state: "ended", exitCode: 0 });
  });

  test("the exit code of an app that ended while no runtime looked is known", async () => {
    const spec = specOn(bench);
    const { location } = await runOn(runtime, spec);
    await ask(location.address, "/exit/5");
    expect(await waitForEnd(bench.open(), spec)).toMatchObject({ exitCode: 5 });
  });

  test("a backend is given its port, id, key and tokens, which win over the user's", async () => {
    const spec = specOn(bench, {
      static_token: "hst_mine",
      env: { COLOUR: "blue = green", SESSION_BACKEND_KEY: "forged", PORT: "1" },
    });
    const { env, location } = await runOn(runtime, spec);
    expect(env).toMatchObject({
      COLOUR: "blue = green",
      PORT: String(location.address.port),
      SESSION_BACKEND_ID: spec.backend_id,
      SESSION_BACKEND_KEY: "doc/1",
      SESSION_BACKEND_FENCING_TOKEN: "7",
      SESSION_BACKEND_STATIC_TOKEN: "hst_mine",
    });
  });

  test("a backend without a static token is given none, and nothing of the drone's own environment", async () => {
    const forged = { SESSION_BACKEND_STATIC_TOKEN: "hst_forged" };
    const { env } = await runOn(runtime, specOn(bench, { env: forged }));
    expect(env).not.toHaveProperty("SESSION_BACKEND_STATIC_TOKEN");
    expect(env).not.toHaveProperty("VITEST");
  });

  test("a watch begins with resync, tells of each end, and is over when its signal aborts", async () => {
    const events: RuntimeEvent[] = [];
    const stop = new AbortController();
    const watching = runtime.watch((event) => events.push(event), stop.signal);
    await waitFor("the first event", () => events.length > 0);
    const { id, location } = await runOn(runtime, specOn(bench));
    await ask(location.address, "/exit/0");
    await waitFor("the end", () => events.length > 1);
    expect(events).toEqual([{ kind: "resync" }, { kind: "ended", id }]);
    expect(await runtime.inspect(id)).toMatchObject({ state: "ended" });
    stop.abort();
    await watching;
  });
}
