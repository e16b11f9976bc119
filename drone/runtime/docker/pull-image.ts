import type { PullProgress } from "../../../src/protocol/backend.ts";
import type { BackendSpec } from "../../../src/protocol/drone-messages.ts";
import { RuntimeError } from "../runtime.ts";
import type { Engine } from "./engine.ts";
import { EngineRefusal, finalFor, isRefusal, translateEngineError } from "./engine-refusal.ts";
import { hideLogin } from "./hide-login.ts";
import { withDefaultTag } from "./image-reference.ts";
import { jsonLines } from "./json-lines.ts";
import { advancePull, describePull, NOTHING_PULLED, type PullEvent } from "./pull-progress.ts";

type Pulled = Pick<BackendSpec, "image" | "pull_policy" | "credentials">;

/** Makes an image present. Credentials go to the registry with this one pull and nowhere else. */
export async function pullImage(
  engine: Engine,
  spec: Pulled,
  onProgress: (progress: PullProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  const image = withDefaultTag(spec.image);
  if (spec.pull_policy !== "always" && (await isPresent(engine, image))) return;
  if (spec.pull_policy === "never") {
    throw new RuntimeError("pullfailed", `${image} is not here, and the pull policy is "never"`);
  }
  try {
    await pull(engine, { ...spec, image }, onProgress, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw withoutLogin(finalFor("pullfailed", translateEngineError(error)), spec);
  }
}

async function isPresent(engine: Engine, image: string): Promise<boolean> {
  try {
    await engine.call((docker) => docker.getImage(image).inspect());
    return true;
  } catch (error) {
    if (isRefusal(error, 404)) return false;
    throw finalFor("pullfailed", error);
  }
}

async function pull(
  engine: Engine,
  { image, credentials }: Pulled,
  onProgress: (progress: PullProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  // Once it streams, a registry may be silent for long: who waits for the image decides how long.
  const stream = await engine.call((docker, abortSignal) =>
    docker.createImage({
      fromImage: image,
      abortSignal: AbortSignal.any([signal, abortSignal]),
      ...(credentials !== undefined && { authconfig: credentials }),
    }),
  );
  let state = NOTHING_PULLED;
  let told = -1;
  for await (const event of jsonLines(stream as AsyncIterable<Buffer>)) {
    const { error } = event as PullEvent;
    // The Engine tells of most failures after it has answered 200.
    if (error !== undefined) throw new EngineRefusal(200, error, undefined);
    state = advancePull(state, event as PullEvent);
    if (state.percent === told || state.layers.size === 0) continue;
    told = state.percent;
    onProgress(describePull(state));
  }
  if (!(await isPresent(engine, image))) {
    throw new EngineRefusal(404, `the pull ended without ${image}`, undefined);
  }
}

/** A registry's words reach the API, so they must not say the login back. The cause holds them too. */
function withoutLogin(error: unknown, { credentials }: Pulled): unknown {
  if (!(error instanceof RuntimeError) || credentials === undefined) return error;
  const message = hideLogin(error.message, credentials);
  return message === error.message ? error : new RuntimeError(error.reason, message);
}
