import { createHash } from "node:crypto";
import { basename, join, relative, resolve, sep } from "node:path";
import type { SpawnConfig } from "../../protocol/spawn-config.ts";
import type { DevOptions } from "../commands/add-dev.ts";
import type { DevConfig } from "./dev-config.ts";
import { parseSyncRule, type SyncRule } from "./sync-rule.ts";

/** Everything that `hangar dev` needs to know, from flags, the project's file and defaults. */
export interface DevPlan {
  /** The project's folder. */
  dir: string;
  /** What is built: nothing if an image is named, and nothing is to be copied over it. */
  recipe: Recipe;
  /** As connects may name the image; tags of it are what backends run. */
  repository: string;
  platform: string | undefined;
  /** Absolute paths. */
  watched: readonly string[];
  syncRules: readonly SyncRule[];
  port: number | undefined;
  proxyPort: number | undefined;
  spawn: Partial<SpawnConfig>;
  /** Names of what this project has on the machine. */
  dataDir: string;
  droneName: string;
  network: string;
}

export type Recipe =
  | { kind: "dockerfile"; file: string; context: string }
  | { kind: "copy-over"; image: string }
  | { kind: "image"; image: string };

export function planDev(dir: string, options: DevOptions, config: DevConfig): DevPlan {
  const syncRules = (options.sync ?? listOf(config.sync)).map(parseSyncRule);
  const recipe = recipeOf(dir, options, config, syncRules);
  const id = createHash("sha256").update(dir).digest("hex").slice(0, 8);
  const watched = options.watch ?? listOf(config.watch);
  const { env, spawn, port, proxy_port: proxyPort } = config;
  return {
    dir,
    recipe,
    repository: config.name ?? `hangar-dev/${slugOf(basename(dir))}`,
    platform: options.platform ?? config.platform,
    watched:
      watched.length > 0
        ? watched.map((path) => resolve(dir, path))
        : whole(dir, recipe, syncRules),
    syncRules,
    port: options.port ?? port,
    proxyPort: options.proxyPort ?? proxyPort,
    spawn: { ...spawn, env: { ...env, ...options.env } },
    dataDir: join(options.dataDir, "dev", `${slugOf(basename(dir))}-${id}`),
    droneName: `dr-dev-${id}`,
    network: `hangar-dev-${id}`,
  };
}

function recipeOf(
  dir: string,
  options: DevOptions,
  config: DevConfig,
  syncRules: readonly SyncRule[],
): Recipe {
  const image = options.image ?? (options.dockerfile === undefined ? config.image : undefined);
  if (image !== undefined) {
    return syncRules.length === 0 ? { kind: "image", image } : { kind: "copy-over", image };
  }
  return {
    kind: "dockerfile",
    file: resolve(dir, options.dockerfile ?? config.dockerfile ?? "Dockerfile"),
    context: resolve(dir, options.context ?? config.context ?? "."),
  };
}

/** All that the image is made of. */
function whole(dir: string, recipe: Recipe, rules: readonly SyncRule[]): string[] {
  const sources = rules.map(({ source }) => resolve(dir, source));
  if (recipe.kind !== "dockerfile") return sources;
  return [recipe.context, ...[recipe.file, ...sources].filter(isOutside(recipe.context))];
}

function isOutside(folder: string): (path: string) => boolean {
  return (path) => relative(folder, path).split(sep)[0] === "..";
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return typeof value === "string" ? [value] : (value ?? []);
}

/** A folder's name as a part of an image's. */
function slugOf(name: string): string {
  const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return slug.replace(/^-|-$/g, "") || "project";
}
