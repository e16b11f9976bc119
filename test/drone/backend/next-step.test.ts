import fc from "fast-check";
import { expect, test } from "vitest";
import { nextStep, type Situation, type Step } from "../../../drone/backend/next-step.ts";
import type { Status } from "../../../src/protocol/backend-state.ts";
import { rank, STATUSES } from "../../../src/protocol/statuses.ts";

const situations = fc.record<Situation>({
  status: fc.constantFrom(...STATUSES),
  wanted: fc.constantFrom("run", "soft", "hard"),
  seen: fc.constantFrom("unknown", "absent", "created", "running", "ended"),
  pulled: fc.boolean(),
  confirmed: fc.boolean(),
});

/** What each step brings about when it goes well: the status that is recorded, what is seen then. */
type Effect = { status?: Status } & Partial<Pick<Situation, "seen" | "pulled" | "confirmed">>;
const EFFECTS: Record<Exclude<Step, "none">, Effect> = {
  inspect: {},
  pull: { pulled: true },
  "await-confirmation": { confirmed: true },
  begin: { status: "starting" },
  create: { seen: "created" },
  start: { status: "waiting", seen: "running" },
  probe: { status: "ready" },
  watch: {},
  stop: { seen: "ended" },
  kill: { seen: "ended" },
  collect: { status: "terminated" },
  remove: { seen: "absent" },
};

const prepared = { pulled: true, confirmed: true };
const TOWARDS_RUNNING: Step[] = ["pull", "await-confirmation", "begin", "create", "start"];

test("every situation has exactly one next step, always the same", () => {
  fc.assert(
    fc.property(situations, (situation) => {
      expect([...Object.keys(EFFECTS), "none"]).toContain(nextStep(situation));
      expect(nextStep({ ...situation })).toBe(nextStep(situation));
    }),
  );
});

test("no step leads back to an earlier status", () => {
  fc.assert(
    fc.property(situations, (situation) => {
      const step = nextStep(situation);
      const after = step === "none" ? undefined : EFFECTS[step].status;
      if (after !== undefined) expect(rank(after)).toBeGreaterThan(rank(situation.status));
    }),
  );
});

test("a backend that is to end takes no step towards running", () => {
  fc.assert(
    fc.property(
      situations.filter(({ status, wanted }) => wanted !== "run" || rank(status) > rank("ready")),
      (situation) => {
        expect([...TOWARDS_RUNNING, "probe", "watch"]).not.toContain(nextStep(situation));
      },
    ),
  );
});

test("what has run once is never created or started again", () => {
  fc.assert(
    fc.property(
      situations.filter(({ status }) => rank(status) >= rank("waiting")),
      (situation) => {
        expect(TOWARDS_RUNNING).not.toContain(nextStep(situation));
      },
    ),
  );
});

test("nothing is done to an instance before it has been looked at", () => {
  fc.assert(
    fc.property(
      situations.filter(({ status }) => rank(status) >= rank("starting")),
      (situation) => {
        expect(nextStep({ ...situation, seen: "unknown" })).toBe("inspect");
      },
    ),
  );
});

test("from every situation of a backend that is to end, few steps lead to nothing left", () => {
  fc.assert(
    fc.property(
      situations,
      fc.constantFrom<Situation["seen"]>("absent", "created", "running", "ended"),
      (start, found) => {
        let situation: Situation = {
          ...start,
          wanted: start.wanted === "run" ? "hard" : start.wanted,
        };
        for (let steps = 0; steps < 8; steps += 1) {
          const step = nextStep(situation);
          if (step === "none") return;
          const seen = step === "inspect" ? found : situation.seen;
          situation = { ...situation, seen, ...EFFECTS[step] };
        }
        throw new Error("it never comes to rest");
      },
    ),
  );
});

test("nothing comes into being before the spawn is confirmed", () => {
  fc.assert(
    fc.property(
      situations.filter(({ status, confirmed }) => rank(status) <= rank("loading") && !confirmed),
      (situation) => {
        expect(["begin", "create", "start"]).not.toContain(nextStep(situation));
      },
    ),
  );
});

test.each([
  [false, false, "pull"],
  [false, true, "pull"],
  [true, false, "await-confirmation"],
  [true, true, "begin"],
] as const)("pulled: %s, confirmed: %s; next is to %s", (pulled, confirmed, step) => {
  const loading = { status: "loading", wanted: "run", seen: "absent" } as const;
  expect(nextStep({ ...loading, pulled, confirmed })).toBe(step);
});

test.each([
  ["starting", "absent", "create"],
  ["starting", "created", "start"],
  ["starting", "running", "start"],
  ["waiting", "running", "probe"],
  ["ready", "running", "watch"],
  ["ready", "ended", "collect"],
  ["ready", "absent", "collect"],
  ["terminated", "ended", "remove"],
  ["terminated", "running", "kill"],
  ["terminated", "absent", "none"],
] as const)("a backend that is %s with its instance %s is to %s next", (status, seen, step) => {
  expect(nextStep({ ...prepared, status, wanted: "run", seen })).toBe(step);
});

test.each([
  ["soft", "stop"],
  ["hard", "kill"],
] as const)("a %s end of what runs is to %s it", (wanted, step) => {
  expect(nextStep({ ...prepared, status: "ready", wanted, seen: "running" })).toBe(step);
});
