import type { Colors } from "picocolors/types.js";
import { parseCluster } from "../../protocol/cluster.ts";
import type { Drone } from "../../protocol/drone.ts";
import type { LeaseTimings } from "../../protocol/lease.ts";
import { VERSION } from "../../protocol/version.ts";
import { formatAge, formatDuration } from "../render/format-duration.ts";
import { healthText } from "../render/render-drones.ts";
import { renderFacts } from "../render/render-facts.ts";
import { keyFile, tildePath } from "../settings/data-dir.ts";
import { DEFAULT_API_URL } from "../settings/key-place.ts";
import type { UpState } from "./until-connected.ts";

export interface Banner {
  tookMs: number;
  apiUrl: string;
  cluster: string;
  settings: { dataDir: string; runtime: "docker" | "process" };
  /** What its drone holds. */
  lease: LeaseTimings;
  state: UpState;
}

/** Where everything is, and the next command to type. */
export function renderBanner(banner: Banner, colors: Colors): string {
  const { tookMs, apiUrl, settings, state } = banner;
  const { bold, cyan, dim, green, yellow } = colors;
  const { scheme, authority } = parseCluster(banner.cluster);
  const title = `${green("▲")} ${bold("Hangar")} ${dim(VERSION)}`;
  const facts = renderFacts(
    [
      ["API", cyan(apiUrl)],
      ["Sessions", cyan(`${scheme}://<backend-id>.${authority}/`)],
      ["Drone", describeDrone(state.drone, colors)],
      ["Proxy", state.proxyConnected ? undefined : yellow("has not reached the controller yet")],
      ["Data", tildePath(settings.dataDir)],
      ["Admin key", tildePath(keyFile(settings.dataDir, "admin"))],
    ],
    colors,
  );
  const image = settings.runtime === "docker" ? "IMAGE" : "APP";
  return [
    `\n${title}  ${dim(`up in ${formatDuration(tookMs)}`)}`,
    facts,
    `  Open a session from another terminal:\n    ${bold(`hangar connect${clientFlags(banner)} --image ${image} --wait`)}`,
    dim(
      `  Ctrl-C stops Hangar; backends run on for ${formatAge(banner.lease.softMs)}, until it is back.\n`,
    ),
  ].join("\n\n");
}

function describeDrone(drone: Drone | undefined, colors: Colors): string {
  if (drone === undefined) return colors.yellow("has not reached the controller yet");
  const runtime = drone.health?.runtime;
  const what = runtime === undefined ? "" : ` ${runtime.name} ${runtime.version ?? ""}`.trimEnd();
  return `${drone.name}  ${healthText(drone, colors)}${colors.dim(what === "" ? "" : ` ${what}`)}`;
}

/** What the next command needs so that it finds this controller and its key. */
function clientFlags({ apiUrl, settings }: Banner): string {
  const isUsual = tildePath(settings.dataDir) === "~/.hangar";
  return [
    apiUrl === DEFAULT_API_URL ? "" : ` --url ${apiUrl}`,
    isUsual ? "" : ` --data-dir ${tildePath(settings.dataDir)}`,
  ].join("");
}
