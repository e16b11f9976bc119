import { expect, onTestFinished, test } from "vitest";
import { type BuildOrder, Builds } from "../../../src/cli/dev/builds.ts";
import type { DevEvent } from "../../../src/cli/dev/dev-event.ts";
import { BUILD_PATIENCE_MS, ImageGate } from "../../../src/cli/dev/image-gate.ts";
import { staleBackends } from "../../../src/cli/dev/stale-backends.ts";
import { TestClock } from "../../harness/test-clock.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { aSummary, ID, OTHER_ID } from "../fixtures.ts";

const CHANGE: BuildOrder = { because: "change", files: ["a"], replaces: true };
const ASKED = { key: { namespace: "", name: "doc" }, image: undefined };

/** Builds that end when a test says so. */
function scriptedBuilds(upToDate: readonly string[] = []) {
  const clock = new TestClock();
  const told: DevEvent[] = [];
  const replaced: { image: string; replaces: boolean }[] = [];
  const open: { finish(image: string): void; fail(line: string): void; signal: AbortSignal }[] = [];
  const isUpToDate = async ({ name }: { name: string }) => upToDate.includes(name);
  const gate = new ImageGate({ clock, repository: "dev/app", spawn: { port: 3 }, isUpToDate });
  const builds = new Builds({
    ...{ clock, gate, tell: (event) => void told.push(event) },
    makeImage: (onLine, signal) =>
      new Promise((finish, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        const fail = (line: string) => {
          onLine(line);
          reject(new Error("it broke"));
        };
        open.push({ finish, fail, signal });
      }),
    replace: async (image, replaces) => void replaced.push({ image, replaces }),
  });
  onTestFinished(() => builds[Symbol.asyncDispose]());
  const opened = (count: number) => waitFor(`build ${count}`, () => open[count - 1]);
  const ready = () => waitFor("an image", () => gate.state.kind === "ready");
  return { clock, gate, builds, told, replaced, opened, ready };
}

test("a connect waits for the build, and is given its image", async () => {
  const { gate, builds, opened } = scriptedBuilds();
  const first = gate.spawnDefaults(ASKED);
  builds.request(CHANGE);
  (await opened(1)).finish("dev/app:1");
  expect(await first).toEqual({ port: 3, image: "dev/app:1" });
  const named = { ...ASKED, image: "dev/app:latest" };
  expect(await gate.spawnDefaults(named)).toEqual({ port: 3, image: "dev/app:1" });
});

test("one that names another image is left alone", async () => {
  const { gate } = scriptedBuilds();
  expect(await gate.spawnDefaults({ ...ASKED, image: "redis" })).toBeUndefined();
});

test("a build that failed is told to who waits and who comes, with its last lines, until one succeeds", async () => {
  const { gate, builds, opened } = scriptedBuilds();
  builds.request(CHANGE);
  const waiting = gate.spawnDefaults(ASKED);
  (await opened(1)).fail("npm ERR! no such thing");
  const refusal = {
    code: "build-failed",
    message: "the image could not be built: it broke\nnpm ERR! no such thing",
    details: { log_tail: ["npm ERR! no such thing"] },
  };
  await expect(waiting).rejects.toMatchObject(refusal);
  await expect(gate.spawnDefaults(ASKED)).rejects.toMatchObject(refusal);
  builds.request(CHANGE);
  (await opened(2)).finish("dev/app:2");
  expect(await gate.spawnDefaults(ASKED)).toMatchObject({ image: "dev/app:2" });
});

test("nobody waits for ever", async () => {
  const { clock, gate, builds, opened } = scriptedBuilds();
  builds.request(CHANGE);
  await opened(1);
  const waiting = gate.spawnDefaults(ASKED);
  waiting.catch(() => undefined);
  await clock.advance(BUILD_PATIENCE_MS);
  await expect(waiting).rejects.toMatchObject({ code: "unavailable" });
});

test("a change while a build runs begins it anew, and what was owed stays owed", async () => {
  const { builds, gate, told, replaced, opened, ready } = scriptedBuilds();
  builds.request(CHANGE);
  const first = await opened(1);
  builds.request({ because: "change", files: ["b"], replaces: false });
  expect(first.signal.aborted).toBe(true);
  (await opened(2)).finish("dev/app:2");
  await ready();
  expect(replaced).toEqual([{ image: "dev/app:2", replaces: true }]);
  expect(gate.state).toEqual({ kind: "ready", image: "dev/app:2" });
  const started = told.filter(({ event }) => event === "build-started");
  expect(started).toHaveLength(2);
  builds.request({ because: "change", files: ["b"], replaces: false });
  (await opened(3)).finish("dev/app:3");
  await waitFor("the third", () => replaced.length === 2);
  expect(replaced.at(-1)).toEqual({ image: "dev/app:3", replaces: false });
});

test("a build that failed owes what it would have replaced", async () => {
  const { builds, gate, replaced, opened } = scriptedBuilds();
  builds.request(CHANGE);
  (await opened(1)).fail("x");
  await waitFor("the failure", () => gate.state.kind === "failed");
  builds.request({ ...CHANGE, replaces: false });
  (await opened(2)).finish("dev/app:2");
  await waitFor("the image", () => replaced.length === 1);
  expect(replaced[0]?.replaces).toBe(true);
});

test("an image that is what it was replaces nothing", async () => {
  const { builds, told, replaced, opened } = scriptedBuilds();
  for (const turn of [1, 2]) {
    builds.request(CHANGE);
    (await opened(turn)).finish("dev/app:1");
    await waitFor("the image", () => replaced.length === turn);
  }
  expect(replaced.map(({ replaces }) => replaces)).toEqual([true, false]);
  expect(told.filter(({ event }) => event === "built")).toMatchObject([
    { is_new: true },
    { is_new: false },
  ]);
});

test("a key whose backend was given the changes need not wait for the image", async () => {
  const { builds, gate, opened, ready } = scriptedBuilds(["doc"]);
  builds.request(CHANGE);
  (await opened(1)).finish("dev/app:1");
  await ready();
  builds.request({ ...CHANGE, replaces: false });
  expect(await gate.spawnDefaults(ASKED)).toMatchObject({ image: "dev/app:1" });
  const other = gate.spawnDefaults({ key: { namespace: "", name: "new" }, image: undefined });
  (await opened(2)).finish("dev/app:2");
  expect(await other).toMatchObject({ image: "dev/app:2" });
});

test("stale is what runs an older image of this project and was not given the changes", () => {
  const live = [
    aSummary({ image: "dev/app:1" }),
    aSummary({ id: OTHER_ID, image: "dev/app:2" }),
    aSummary({ image: "dev/apple:1" }),
    aSummary({ image: "redis" }),
  ];
  const newest = { image: "dev/app:2", repository: "dev/app" };
  expect(staleBackends(live, { ...newest, synced: new Set() })).toEqual([live[0]]);
  expect(staleBackends(live, { ...newest, synced: new Set([ID]) })).toEqual([]);
});
