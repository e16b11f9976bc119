import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Builder } from "../../../drone/build.ts";
import { stripControl } from "../render/strip-control.ts";
import type { Tell } from "./dev-event.ts";
import type { DevPlan } from "./dev-plan.ts";
import { type DockerIgnore, parseDockerIgnore } from "./docker-ignore.ts";
import { dockerfileIn, packContext } from "./pack-context.ts";

export interface MakeDeps {
  builder: Builder;
  plan: DevPlan;
  tell: Tell;
}

/** Builds, and names what was built after its content, so that it can be told from what was built before. */
export async function makeImage(
  deps: MakeDeps,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const { recipe, repository } = deps.plan;
  if (recipe.kind === "image") return recipe.image;
  const imageId = await build(deps, onLine, signal);
  signal.throwIfAborted();
  if (imageId === undefined) throw new Error("the engine ended the build without an image");
  const tag = imageId.replace(/^sha256:/, "").slice(0, 12);
  await deps.builder.tag(imageId, repository, tag);
  return `${repository}:${tag}`;
}

async function build(
  { builder, plan, tell }: MakeDeps,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { recipe, platform } = plan;
  const ignore = await readIgnore(plan);
  const news = builder.build({
    context: () => packContext(plan, ignore),
    dockerfile: dockerfileIn(recipe),
    signal,
    ...(platform === undefined ? {} : { platform }),
  });
  let imageId: string | undefined;
  for await (const each of news) {
    if (each.kind === "image") imageId = each.id;
    for (const text of each.kind === "image" ? [] : linesOf(each.text)) {
      onLine(text);
      tell({ event: each.kind === "step" ? "build-step" : "build-output", text });
    }
  }
  return imageId;
}

function linesOf(text: string): string[] {
  return stripControl(text.replaceAll("\r", "\n"))
    .split("\n")
    .filter((line) => line.trim() !== "");
}

/** Of the Dockerfile alone, if it has such a file, else of what the build sees. */
export async function readIgnore({ dir, recipe }: DevPlan): Promise<DockerIgnore> {
  const context = recipe.kind === "dockerfile" ? recipe.context : dir;
  const own = recipe.kind === "dockerfile" ? [`${recipe.file}.dockerignore`] : [];
  for (const file of [...own, join(context, ".dockerignore")]) {
    const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (text !== undefined) return parseDockerIgnore(text);
  }
  return parseDockerIgnore("");
}
