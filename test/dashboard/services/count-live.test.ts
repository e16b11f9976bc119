import { expect, test } from "vitest";
import { rowOf } from "../../../dashboard/backends/backend-row.ts";
import { countLive } from "../../../dashboard/services/count-live.ts";
import { manyBackends } from "../scene.ts";

test("those that live are counted by namespace", () => {
  const [one, two, three, ended] = manyBackends(4);
  if (!one || !two || !three || !ended) throw new Error("too few");
  const rows = [
    rowOf({ ...one, status: "ready", key: { ...one.key, namespace: "acme/board" } }),
    rowOf({ ...two, status: "loading", key: { ...two.key, namespace: "acme/board" } }),
    rowOf({ ...three, status: "ready", key: { ...three.key, namespace: "acme/board/staging" } }),
    rowOf({ ...ended, status: "terminated", key: { ...ended.key, namespace: "acme/board" } }),
  ];
  expect(Object.fromEntries(countLive(rows))).toEqual({
    "acme/board": 2,
    "acme/board/staging": 1,
  });
});
