import Docker from "dockerode";
import type { Clock } from "../../../src/shared/clock.ts";
import { RuntimeUnavailable } from "../runtime.ts";
import { translateEngineError } from "./engine-refusal.ts";

/** An Engine that hangs is as good as away. Creating and starting may wait for a slow disk. */
export const CALL_TIMEOUT_MS = 120_000;
/** A heartbeat must not wait for long to say that the Engine does not answer. */
export const HEALTH_TIMEOUT_MS = 10_000;

/** One Docker Engine. Throws EngineRefusal and RuntimeUnavailable, and nothing else of dockerode's. */
export interface Engine {
  call<T>(
    ask: (docker: Docker, abortSignal: AbortSignal) => Promise<T>,
    timeoutMs?: number,
  ): Promise<T>;
}

export function connectEngine({ clock }: { clock: Clock }, socketPath?: string): Engine {
  const docker = new Docker(whereabouts(socketPath));
  return {
    async call(ask, timeoutMs = CALL_TIMEOUT_MS) {
      const late = new AbortController();
      const done = new AbortController();
      const deadline = clock.sleep(timeoutMs, done.signal).then(
        () => {
          late.abort();
          throw new RuntimeUnavailable(`Docker gave no answer within ${timeoutMs / 1_000} s`);
        },
        // The answer was there first.
        () => new Promise<never>(() => {}),
      );
      try {
        // dockerode does not settle when a connection dies in the middle of an answer; the deadline does.
        return await Promise.race([ask(docker, late.signal), deadline]);
      } catch (error) {
        throw translateEngineError(error);
      } finally {
        done.abort();
      }
    },
  };
}

/** A path that was asked for wins over DOCKER_HOST, which dockerode otherwise lets win. */
function whereabouts(socketPath: string | undefined): Docker.DockerOptions {
  if (socketPath === undefined) return {};
  return { socketPath, host: undefined, port: undefined, protocol: "http" };
}
