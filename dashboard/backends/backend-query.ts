import { PHASES, type Phase, phaseOf } from "../format/statuses.ts";
import type { BackendRow } from "./backend-row.ts";

export const COLUMNS = ["key", "id", "status", "image", "drone", "age"] as const;
export type Column = (typeof COLUMNS)[number];

/** What the table shows, and in which order. It stands in the page's address, so that it can be shared. */
export interface BackendQuery {
  /** Words that must all occur. */
  readonly search: string;
  /** Empty: all but what has ended. */
  readonly phases: readonly Phase[];
  readonly namespace: string | undefined;
  readonly drone: string | undefined;
  /** `name=value`, or a name alone. */
  readonly label: string;
  readonly sort: Column;
  readonly isDescending: boolean;
}

export const NO_QUERY: BackendQuery = {
  search: "",
  phases: [],
  namespace: undefined,
  drone: undefined,
  label: "",
  sort: "age",
  isDescending: false,
};

/** The rows that fit, in the order in which they come. */
export function filterRows(rows: readonly BackendRow[], query: BackendQuery): BackendRow[] {
  const words = query.search.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = labelTest(query.label);
  const { namespace, drone, phases } = query;
  return rows.filter(({ backend, text }) => {
    const phase = phaseOf(backend.status);
    if (phases.length === 0 ? phase === "ended" : !phases.includes(phase)) return false;
    if (namespace !== undefined && backend.key.namespace !== namespace) return false;
    if (drone !== undefined && backend.drone !== drone) return false;
    return words.every((word) => text.includes(word)) && fits(backend.labels);
  });
}

function labelTest(label: string): (labels: Readonly<Record<string, string>>) => boolean {
  const wanted = label.trim();
  if (wanted === "") return () => true;
  const [name = "", ...rest] = wanted.split("=");
  if (rest.length === 0) return (labels) => name in labels;
  return (labels) => labels[name] === rest.join("=");
}

/** Whether anything but the order differs from what the table shows at first. */
export function isFiltered({ search, phases, namespace, drone, label }: BackendQuery): boolean {
  return (
    search.trim() !== "" ||
    phases.length > 0 ||
    namespace !== undefined ||
    drone !== undefined ||
    label.trim() !== ""
  );
}

export function readQuery(text: string): BackendQuery {
  const params = new URLSearchParams(text);
  const sort = params.get("sort") ?? "";
  const column = COLUMNS.find((name) => name === sort.replace(/^-/, ""));
  return {
    search: params.get("q") ?? "",
    phases: PHASES.filter((phase) => params.getAll("status").includes(phase)),
    namespace: params.get("namespace") ?? undefined,
    drone: params.get("drone") ?? undefined,
    label: params.get("label") ?? "",
    sort: column ?? NO_QUERY.sort,
    isDescending: column !== undefined && sort.startsWith("-"),
  };
}

/** `q=doc&status=ready&sort=-age`; empty if nothing differs from the default. */
export function writeQuery(query: BackendQuery): string {
  const params = new URLSearchParams();
  if (query.search !== "") params.set("q", query.search);
  for (const phase of query.phases) params.append("status", phase);
  if (query.namespace !== undefined) params.set("namespace", query.namespace);
  if (query.drone !== undefined) params.set("drone", query.drone);
  if (query.label !== "") params.set("label", query.label);
  const { sort, isDescending } = query;
  if (sort !== NO_QUERY.sort || isDescending)
    params.set("sort", `${isDescending ? "-" : ""}${sort}`);
  return params.toString();
}
