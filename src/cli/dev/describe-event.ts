import type { Colors } from "picocolors/types.js";
import { formatDuration } from "../render/format-duration.ts";
import { renderFacts } from "../render/render-facts.ts";
import { statusText } from "../render/status-text.ts";
import { tildePath } from "../settings/data-dir.ts";
import { DEFAULT_API_URL } from "../settings/key-place.ts";
import type { DevEvent } from "./dev-event.ts";
import { DEV_KEY } from "./open-session.ts";

/** Tells backends apart; a name that follows colours the list. */
const PAINTS = ["cyan", "magenta", "yellow", "blue", "green"] as const;

export function paintOf(backendId: string): (typeof PAINTS)[number] {
  const sum = [...backendId].reduce((total, letter) => total + letter.charCodeAt(0), 0);
  return PAINTS[sum % PAINTS.length] ?? "cyan";
}

/** What a person reads of an event. */
export function describeEvent(event: DevEvent, colors: Colors): string {
  const { bold, cyan, dim, green, red, yellow } = colors;
  switch (event.event) {
    case "up":
      return describeUp(event, colors);
    case "build-started":
      return `${cyan("◔")} ${bold("Building")} ${dim(because(event))}`.trimEnd();
    case "build-step":
      return dim(`  ${event.text}`);
    case "build-output":
      return dim(`  │ ${event.text}`);
    case "built": {
      const what = event.is_new ? "Built" : "Nothing new in";
      return `${green("✔")} ${bold(what)} ${event.image} ${dim(formatDuration(event.took_ms))}`;
    }
    case "build-failed":
      return `${red("✖")} ${bold("The build failed:")} ${event.message}\n  ${dim("Save a change to try again.")}`;
    case "synced": {
      const took = dim(formatDuration(event.took_ms));
      return `${green("✔")} ${bold("Copied")} ${listed(event.files)} into ${countOf(event.backends.length)} ${took}`;
    }
    case "replaced":
      return `${yellow("↻")} ${bold("Replaced:")} ${event.backends.join(", ")} ran the older image`;
    case "backend": {
      const key = event.key === "" ? "" : ` ${dim(event.key)}`;
      return `${nameOf(event.backend_id, colors)} ${statusText(event.status, colors, event.message ?? undefined)}${key}`;
    }
    case "log":
      return `${nameOf(event.backend_id, colors)} ${event.stream === "stderr" ? yellow(event.line) : event.line}`;
    case "opened":
      return `${green("✔")} ${bold("Opened")} ${cyan(event.url)}`;
    case "note": {
      const sign = { info: dim("·"), warn: yellow("⚠"), error: red("✖") }[event.level];
      return `${sign} ${event.text}`;
    }
    case "stopped":
      return "Stopped; nothing runs any more.";
    default:
      return event satisfies never;
  }
}

function describeUp(
  event: Extract<DevEvent, { event: "up" }>,
  { bold, cyan, dim }: Colors,
): string {
  const facts = renderFacts(
    [
      ["API", cyan(event.api_url)],
      ["Sessions", cyan(`http://<backend-id>.${event.cluster}/`)],
      ["API key", tildePath(event.admin_key_file)],
    ],
    { dim } as Colors,
  );
  const url = event.api_url === DEFAULT_API_URL ? "" : `--url ${event.api_url} `;
  const flags = `${url}--data-dir ${tildePath(event.data_dir)}`;
  return `\n${bold("hangar dev")} ${dim(tildePath(event.dir))}\n\n${facts}\n\n  Open a session from another terminal; the image is this project's:\n    ${bold(`hangar connect ${flags} --key ${DEV_KEY} --wait`)}\n`;
}

function because({ because: why, files }: Extract<DevEvent, { event: "build-started" }>): string {
  if (why === "start") return "";
  return why === "asked" ? "as asked" : `${listed(files)} changed`;
}

const LISTED = 3;

function listed(files: readonly string[]): string {
  const shown = files.slice(0, LISTED).join(", ");
  return files.length > LISTED ? `${shown} and ${files.length - LISTED} more` : shown;
}

function countOf(backends: number): string {
  return backends === 1 ? "1 backend" : `${backends} backends`;
}

function nameOf(backendId: string, colors: Colors): string {
  return colors[paintOf(backendId)](`[${backendId}]`);
}
