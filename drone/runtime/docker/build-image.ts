import type { Readable } from "node:stream";
import type Docker from "dockerode";
import { type BuildTrace, readBuildTrace } from "./build-trace.ts";
import type { Engine } from "./engine.ts";
import { EngineRefusal, isRefusal } from "./engine-refusal.ts";
import { jsonLines } from "./json-lines.ts";

export interface BuildRequest {
  /** A tar stream with the Dockerfile and what it copies; asked for again if the first try was no use. */
  context(): Readable;
  /** Where the Dockerfile is in it. */
  dockerfile: string;
  /** Such as linux/arm64. Default: the Engine's own. */
  platform?: string;
  signal: AbortSignal;
}

/** What a build tells, in the order in which it happens; the image comes last. */
export type BuildNews =
  | { kind: "step"; text: string }
  | { kind: "output"; text: string }
  | { kind: "image"; id: string };

/** Throws an EngineRefusal with the Engine's words if the build fails. */
export async function* buildImage(
  engine: Engine,
  request: BuildRequest,
): AsyncGenerator<BuildNews> {
  const stream = await startBuild(engine, request);
  for await (const message of jsonLines(stream as AsyncIterable<Buffer>)) {
    const { id, aux, stream: text, error } = message as Partial<EngineMessage>;
    if (error !== undefined) throw new EngineRefusal(200, error, undefined);
    if (id === "moby.buildkit.trace" && typeof aux === "string") yield* newsOf(readBuildTrace(aux));
    else if (typeof aux === "object" && aux.ID !== undefined) yield { kind: "image", id: aux.ID };
    else if (text !== undefined && text.trim() !== "") yield classicNews(text);
  }
}

interface EngineMessage {
  id: string;
  /** BuildKit's trace, in base64; or the image. */
  aux: string | { ID?: string };
  /** What the classic builder prints. */
  stream: string;
  error: string;
}

/** BuildKit, which Docker itself builds with; the classic builder where there is none, as with Podman. */
async function startBuild(engine: Engine, request: BuildRequest): Promise<NodeJS.ReadableStream> {
  try {
    return await build(engine, request, "2");
  } catch (error) {
    if (!isRefusal(error, 400, 404, 405, 501)) throw error;
    return await build(engine, request, "1");
  }
}

async function build(
  engine: Engine,
  { context, dockerfile, platform, signal }: BuildRequest,
  version: "1" | "2",
): Promise<NodeJS.ReadableStream> {
  const broken = new AbortController();
  const options: Docker.ImageBuildOptions = {
    version,
    dockerfile,
    rm: true,
    forcerm: true,
    abortSignal: AbortSignal.any([signal, broken.signal]),
    ...(platform === undefined ? {} : { platform }),
  };
  try {
    // Sending a large context takes its time; who waits for the image decides how long.
    return await engine.call((docker) => {
      // dockerode pipes it, and would wait for the rest of one that broke.
      const sent = context().once("error", (error) => broken.abort(error));
      return docker.buildImage(sent, options);
    }, NO_LIMIT_MS);
  } catch (error) {
    throw broken.signal.aborted ? broken.signal.reason : error;
  }
}

const NO_LIMIT_MS = 2 ** 31 - 1;

function* newsOf({ steps, output }: BuildTrace): Generator<BuildNews> {
  for (const text of steps) yield { kind: "step", text };
  if (output !== "") yield { kind: "output", text: output };
}

function classicNews(text: string): BuildNews {
  const step = /^Step (.*)/.exec(text)?.[1];
  return step === undefined ? { kind: "output", text } : { kind: "step", text: step };
}
