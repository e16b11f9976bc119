import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { toldMetrics } from "../harness/told-metrics.ts";

interface Target {
  expr: string;
  legendFormat: string;
}

interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: Target[];
}

interface Variable {
  type: string;
  query: string | { query: string };
}

const dashboard = JSON.parse(readFileSync("docs/grafana/hangar.json", "utf8")) as {
  panels: Panel[];
  templating: { list: Variable[] };
  annotations: { list: { expr?: string }[] };
};
const alerts = readFileSync("docs/grafana/alerts.yaml", "utf8");
const alertRules = [...alerts.matchAll(/^ +expr: (.+)$/gm)].map(([, expr = ""]) => expr);

const targets = dashboard.panels.flatMap(({ targets = [] }) => targets);
const variables = dashboard.templating.list.flatMap(({ query }) =>
  typeof query === "string" ? [] : [query.query],
);
const annotations = dashboard.annotations.list.flatMap(({ expr }) => expr ?? []);
const queries = [...targets.map(({ expr }) => expr), ...alertRules, ...annotations];

/** What Prometheus adds to whatever it scrapes. */
const SCRAPED = ["job", "instance"];
const WORDS = new Set(
  "sum max min rate increase topk histogram_quantile label_values by on group_left and or time".split(
    " ",
  ),
);

/** The names in an expression that are no function, no label and no number, each with its matchers. */
function metricsIn(expr: string): { name: string; labels: string[] }[] {
  const bare = expr
    .replaceAll(/"[^"]*"/g, '""')
    .replaceAll(/\[[^\]]*\]/g, "")
    .replaceAll(/\b(by|on|group_left) \([^)]*\)/g, "");
  return [...bare.matchAll(/([a-zA-Z_]\w*)(?:\{([^}]*)\})?/g)].flatMap(
    ([, name = "", matchers = ""]) =>
      WORDS.has(name) ? [] : [{ name, labels: namesIn(matchers) }],
  );
}

function namesIn(matchers: string): string[] {
  return [...matchers.matchAll(/(\w+)(?:=~|!~|!=|=)/g)].map(([, name = ""]) => name);
}

/** The labels that an expression groups or joins by. */
function groupedIn(expr: string): string[] {
  return [...expr.matchAll(/\b(?:by|on|group_left) \(([^)]*)\)/g)].flatMap(([, names = ""]) =>
    names.split(",").map((name) => name.trim()),
  );
}

test("every metric and label in a query is one that controller, drone or proxy tells", async () => {
  const told = await toldMetrics();
  const wrong = queries.flatMap((expr) => {
    const used = metricsIn(expr);
    const known = used.flatMap(({ name }) => told.get(name) ?? []);
    const unknown = used.filter(({ name }) => !told.has(name)).map(({ name }) => name);
    const matched = used.flatMap(({ name, labels }) =>
      labels.filter((label) => ![...SCRAPED, ...(told.get(name) ?? [])].includes(label)),
    );
    const grouped = groupedIn(expr).filter((label) => ![...SCRAPED, ...known].includes(label));
    return [...unknown, ...matched, ...grouped].map((what) => `${what} in ${expr}`);
  });
  expect(wrong).toEqual([]);
  expect(queries.length).toBeGreaterThan(100);
});

test("every label in a legend is left over by its query", () => {
  const wrong = targets.filter(({ expr, legendFormat }) => {
    const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = ""]) => label);
    const isGrouped = /\bby \(/.test(expr);
    const left = isGrouped ? groupedIn(expr) : SCRAPED;
    return shown.some((label) => !left.includes(label));
  });
  expect(wrong).toEqual([]);
});

test("every figure of ours is shown on the dashboard", async () => {
  const shown = new Set(targets.flatMap(({ expr }) => metricsIn(expr).map(({ name }) => name)));
  const ours = [...(await toldMetrics()).keys()].filter((name) => name.startsWith("hangar_"));
  const base = (name: string) => name.replace(/_(bucket|sum|count)$/, "");
  const bases = new Set([...shown].map(base));
  expect(ours.filter((name) => !bases.has(base(name)))).toEqual([]);
});

test("the variables ask for metrics that are told", async () => {
  const told = await toldMetrics();
  const asked = variables.map(
    (query) => /^label_values\((\w+), instance\)$/.exec(query)?.[1] ?? "",
  );
  expect(asked).toHaveLength(3);
  expect(asked.filter((name) => !told.has(name))).toEqual([]);
});

test("every panel says what it shows, in a place of its own", () => {
  const { panels } = dashboard;
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const charts = panels.filter(({ type }) => type !== "row");
  expect(charts.filter(({ description = "" }) => description === "")).toEqual([]);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
});

test("every alert has its rule, a severity and a summary", () => {
  const names = [...alerts.matchAll(/^ +- alert: (\w+)$/gm)].map(([, name]) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(alertRules).toHaveLength(names.length);
  expect(alerts.match(/severity: (critical|warning) /g)).toHaveLength(names.length);
  expect(alerts.match(/^ +summary: .+$/gm)).toHaveLength(names.length);
});
