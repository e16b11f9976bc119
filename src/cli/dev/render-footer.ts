import type { Colors } from "picocolors/types.js";
import type { BackendSummary } from "../../protocol/backend.ts";
import { formatAge } from "../render/format-duration.ts";
import { formatKey } from "../render/format-key.ts";
import { renderTable } from "../render/render-table.ts";
import { statusText } from "../render/status-text.ts";
import { paintOf } from "./describe-event.ts";
import type { ImageState } from "./image-gate.ts";

export interface Footer {
  state: ImageState;
  live: readonly BackendSummary[];
  now: number;
  width: number;
}

const HEAD = ["NAME", "STATUS", "AGE", "IMAGE", "KEY", "URL"];
const KEYS = [
  ["b", "build"],
  ["t", "terminate all"],
  ["o", "open"],
  ["q", "quit"],
] as const;

/** What stays below the lines that go by: the image, the backends, the keys to press. */
export function renderFooter({ state, live, now, width }: Footer, colors: Colors): string {
  const { bold, dim } = colors;
  const rows = live.map((backend) => [
    colors[paintOf(backend.id)](backend.id),
    statusText(backend.status, colors),
    formatAge(now - backend.created_at),
    backend.image.replace(/^.*:/, ""),
    backend.key.name === backend.id ? dim("-") : formatKey(backend.key),
    dim(`http://${backend.subdomain ?? backend.id}.${backend.cluster}/`),
  ]);
  const keys = KEYS.map(([key, does]) => `${bold(key)} ${dim(does)}`).join("  ");
  return [
    dim("─".repeat(Math.max(1, width - 1))),
    describeState(state, live.length, colors),
    ...(rows.length === 0 ? [] : [renderTable(HEAD, rows, colors)]),
    keys,
  ].join("\n");
}

function describeState(state: ImageState, live: number, { cyan, dim, green, red }: Colors): string {
  switch (state.kind) {
    case "building":
      return `${cyan("◔")} Building; connects wait.`;
    case "failed":
      return `${red("✖")} The build failed; connects are told so. ${dim("Save a change to try again.")}`;
    case "ready": {
      const none = live === 0 ? dim(" No backend runs; a connect spawns one.") : "";
      return `${green("●")} Ready: ${state.image}${none}`;
    }
    default:
      return state satisfies never;
  }
}
