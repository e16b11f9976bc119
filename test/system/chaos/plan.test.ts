import { expect, test } from "vitest";
import { DRONES, engineOf, TARGETS } from "./fault.ts";
import { planFaults } from "./plan.ts";

const OPTIONS = {
  ...{ seed: 7, faults: 1_000, everyMs: 2_000, expiryMs: 9_000, slackMs: 2_000 },
  targets: TARGETS,
};
const chapters = planFaults(OPTIONS);
const faults = chapters.flatMap((chapter) => chapter.faults);

test("a seed gives the same plan each time, and another seed another", () => {
  expect(planFaults(OPTIONS)).toEqual(chapters);
  expect(planFaults({ ...OPTIONS, seed: 8 })).not.toEqual(chapters);
});

test("all faults that were asked for are planned, each with a number of its own", () => {
  expect(faults.map(({ id }) => id)).toEqual(faults.map((_, index) => index + 1));
  expect(faults).toHaveLength(1_000);
});

test("every target is hit by everything that can befall it", () => {
  for (const target of TARGETS) {
    const hows = new Set(faults.filter((fault) => fault.target === target).map(({ how }) => how));
    expect([target, hows.size]).toEqual([target, target === "backend" ? 2 : 9]);
  }
});

test("faults last from moments to beyond the expiry of a lease", () => {
  const lengths = faults.map(({ forMs }) => forMs);
  expect(Math.max(...lengths)).toBeGreaterThan(OPTIONS.expiryMs);
  expect(lengths.filter((ms) => ms > 0 && ms < 500).length).toBeGreaterThan(200);
});

test.each([
  ["changeable", 3],
  ["gentle", 3],
  ["storm", 4],
])(
  "in %s weather a target has one fault at a time, and never are more than %i open",
  (weather, most) => {
    const ofWeather = chapters.filter((chapter) => chapter.weather === weather);
    expect(ofWeather.length).toBeGreaterThan(5);
    for (const { faults: ofChapter } of ofWeather) {
      for (const fault of ofChapter) {
        const open = ofChapter.filter(
          ({ id, atMs, forMs }) =>
            id !== fault.id && atMs <= fault.atMs && atMs + forMs > fault.atMs,
        );
        expect(open.length).toBeLessThan(most);
        expect(open.map(({ target }) => target)).not.toContain(fault.target);
      }
    }
  },
);

test("a gentle chapter has only short faults that break no connection", () => {
  const gentle = chapters
    .filter((chapter) => chapter.weather === "gentle")
    .flatMap((chapter) => chapter.faults);
  expect(gentle.length).toBeGreaterThan(100);
  expect(gentle.filter(({ forMs }) => forMs > OPTIONS.slackMs / 2)).toEqual([]);
  expect(gentle.filter(({ how }) => /kill|restart|cut|remove/.test(how))).toEqual([]);
});

test("a storm often takes a drone and its Engine at once", () => {
  const together = chapters
    .filter((chapter) => chapter.weather === "storm")
    .flatMap((chapter) =>
      chapter.faults.filter(({ target }, index) => {
        const before = DRONES.find((name) => name === chapter.faults[index - 1]?.target);
        return before !== undefined && target === engineOf(before);
      }),
    );
  expect(together.length).toBeGreaterThan(20);
});
