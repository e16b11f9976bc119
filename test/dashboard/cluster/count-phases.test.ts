import { expect, test } from "vitest";
import { countPhases } from "../../../dashboard/cluster/count-phases.ts";

test("statuses are counted by phase; those that nobody has are none", () => {
  const counts = countPhases({ scheduled: 1, waiting: 2, ready: 40, "hard-terminating": 3 });
  expect(counts).toEqual({ starting: 3, ready: 40, ending: 3 });
  expect(countPhases({})).toEqual({ starting: 0, ready: 0, ending: 0 });
});
