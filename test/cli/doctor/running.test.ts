import pc from "picocolors";
import { expect, test } from "vitest";
import { renderFindings } from "../../../src/cli/doctor/render-findings.ts";
import { CHECK_LIMIT_MS, runChecks } from "../../../src/cli/doctor/run-checks.ts";
import { openScene } from "../../../src/cli/doctor/scene.ts";
import { TestClock } from "../../harness/test-clock.ts";

const SETTINGS = { url: "http://127.0.0.1:1", dataDir: "/nowhere", network: "hangar" };

function aScene(clock = new TestClock(), stop = new AbortController().signal) {
  return openScene(SETTINGS, clock, stop);
}

test("a check that throws is a finding, and the others go on", async () => {
  const checks = [
    {
      name: "broken",
      run: () => {
        throw new Error("oh");
      },
    },
    { name: "fine", run: () => [{ name: "fine", verdict: "ok" as const, found: "yes" }] },
  ];
  expect(await runChecks(checks, aScene())).toMatchObject([
    { name: "broken", verdict: "fail", found: "oh" },
    { name: "fine", verdict: "ok" },
  ]);
});

test("a check that hangs is a finding once its time is over", async () => {
  const clock = new TestClock();
  const hanging = { name: "slow", run: () => new Promise<never>(() => undefined) };
  const findings = runChecks([hanging], aScene(clock));
  await clock.advance(CHECK_LIMIT_MS);
  expect(await findings).toMatchObject([
    { name: "slow", verdict: "fail", found: "no result within 12 s" },
  ]);
});

test("a check that is late is told so by its signal", async () => {
  const clock = new TestClock();
  let signal: AbortSignal | undefined;
  const hanging = {
    name: "slow",
    run: (scene: { signal: AbortSignal }) => {
      ({ signal } = scene);
      return new Promise<never>(() => undefined);
    },
  };
  const findings = runChecks([hanging], aScene(clock));
  await clock.advance(CHECK_LIMIT_MS);
  await findings;
  expect(signal?.aborted).toBe(true);
});

test("Ctrl-C ends the whole, and is no finding", async () => {
  const stop = new AbortController();
  const hanging = { name: "slow", run: () => new Promise<never>(() => undefined) };
  const findings = runChecks([hanging], aScene(new TestClock(), stop.signal));
  stop.abort(new Error("interrupted"));
  await expect(findings).rejects.toThrow("interrupted");
});

test("findings are shown by section, with what to do, and counted", () => {
  const sections = [
    {
      title: "This machine",
      findings: [
        { name: "Node", verdict: "ok" as const, found: "20.1.0" },
        {
          name: "data dir",
          verdict: "warn" as const,
          found: "\u001b[2Jlittle room",
          todo: "Make room.",
        },
      ],
    },
    {
      title: "Controller",
      findings: [
        { name: "controller", verdict: "fail" as const, found: "is away", todo: "Start one." },
        { name: "admin key", verdict: "skipped" as const, found: "none here" },
      ],
    },
  ];
  expect(renderFindings(sections, pc.createColors(false))).toMatchInlineSnapshot(`
    "This machine
      ✔ Node        20.1.0
      ▲ data dir    little room
                    → Make room.

    Controller
      ✖ controller  is away
                    → Start one.
      – admin key   none here

    1 failed, 1 to look at, 1 well, 1 skipped"
  `);
});
