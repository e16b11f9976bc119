import { expect, test } from "vitest";
import {
  type BackendQuery,
  filterRows,
  isFiltered,
  NO_QUERY,
  readQuery,
  writeQuery,
} from "../../../dashboard/backends/backend-query.ts";
import { keyText, rowOf } from "../../../dashboard/backends/backend-row.ts";
import { countFacets } from "../../../dashboard/backends/count-facets.ts";
import { sortRows } from "../../../dashboard/backends/sort-rows.ts";
import { manyBackends } from "../scene.ts";

const NOW = 1_800_000_000_000;
const backends = manyBackends(500, NOW);
const rows = backends.map((backend) => rowOf(backend));
const find = (query: Partial<BackendQuery>) =>
  filterRows(rows, { ...NO_QUERY, ...query }).map(({ backend }) => backend);

test("a key is found as it is shown", () => {
  const { key } = backends.find((backend) => backend.key.namespace === "docs") ?? {};
  expect(find({ search: `docs/${key?.name}` }).map((backend) => backend.key)).toEqual([key]);
});

test("all words of a search must occur, in any case and in any of a backend's fields", () => {
  const found = find({ search: " DOCS  team=blue fra-a1" });
  expect(found.length).toBeGreaterThan(0);
  for (const { key, labels, drone } of found) {
    expect([key.namespace, labels.team, drone]).toEqual(["docs", "blue", "fra-a1"]);
  }
  expect(find({ search: backends[17]?.id ?? "" })).toEqual([backends[17]]);
  expect(find({ search: "nothing-like-it" })).toEqual([]);
});

test("without a choice of statuses, all are shown but what has ended", () => {
  const ended = rowOf({ ...manyBackends(1, NOW)[0], status: "terminated" } as never);
  const all = [...rows, ended];
  expect(filterRows(all, NO_QUERY)).toHaveLength(rows.length);
  expect(filterRows(all, { ...NO_QUERY, phases: ["ended"] })).toEqual([ended]);
  const ready = filterRows(all, { ...NO_QUERY, phases: ["ready", "ended"] });
  expect(new Set(ready.map(({ backend }) => backend.status))).toEqual(
    new Set(["ready", "terminated"]),
  );
});

test("namespace, drone and label each narrow it down; the empty namespace is one too", () => {
  expect(new Set(find({ namespace: "" }).map(({ key }) => key.namespace))).toEqual(new Set([""]));
  expect(new Set(find({ drone: "nyc-a1" }).map(({ drone }) => drone))).toEqual(new Set(["nyc-a1"]));
  expect(new Set(find({ label: "team=red" }).map(({ labels }) => labels.team))).toEqual(
    new Set(["red"]),
  );
  expect(find({ label: "team" })).toHaveLength(rows.length);
  expect(find({ label: "owner" })).toEqual([]);
});

test("a query survives its way through the address", () => {
  const query: BackendQuery = {
    search: "a b&c",
    phases: ["ready", "ended"],
    namespace: "",
    drone: "dr-a",
    label: "team=blue=green",
    sort: "key",
    isDescending: true,
  };
  expect(readQuery(writeQuery(query))).toEqual(query);
  expect(writeQuery(NO_QUERY)).toBe("");
  expect(readQuery("?sort=-nonsense&status=nonsense")).toEqual(NO_QUERY);
  expect([isFiltered(NO_QUERY), isFiltered({ ...NO_QUERY, sort: "key" })]).toEqual([false, false]);
  expect(isFiltered(query)).toBe(true);
});

test("rows are sorted by any column, both ways; equals stay newest first", () => {
  const byAge = sortRows(rows, "age", false).map(({ backend }) => backend.created_at);
  expect(byAge).toEqual([...byAge].sort((a, b) => b - a));
  const byDrone = sortRows(rows, "drone", true).map(({ backend }) => backend);
  for (const [index, backend] of byDrone.entries()) {
    const before = byDrone[index - 1] ?? backend;
    expect(before.drone >= backend.drone).toBe(true);
    if (before.drone === backend.drone)
      expect(before.created_at).toBeGreaterThanOrEqual(backend.created_at);
  }
  const byStatus = sortRows(rows, "status", false).map(({ backend }) => backend.status);
  expect([byStatus[0], byStatus.at(-1)]).toEqual(["scheduled", "hard-terminating"]);
  const byKey = sortRows(rows, "key", false).map(({ backend }) => keyText(backend.key));
  expect(byKey).toEqual([...byKey].sort());
});

test("what there is to filter by is counted, the most frequent labels first", () => {
  const { phases, namespaces, drones, labels } = countFacets(rows);
  expect(phases.starting + phases.ready + phases.ending).toBe(rows.length);
  expect(namespaces).toEqual(["", "boards", "docs", "games", "notebooks"]);
  expect(drones).toEqual(["fra-a1", "fra-a2", "fra-b1", "nyc-a1"]);
  expect(labels[0]).toMatch(/^tier=/);
  expect(labels).toHaveLength(5);
});
