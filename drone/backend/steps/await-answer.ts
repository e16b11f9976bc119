import { READY_TIMEOUT_SECONDS } from "../../../src/protocol/timings.ts";
import { probe } from "../../probe/probe.ts";
import type { Outcome, StepDeps, StepInput } from "../outcome.ts";

/** The start deadline counts from the start itself, so a drone that comes back does not give it anew. */
export async function awaitAnswer(
  { clock, now, figures }: StepDeps,
  { record: { spec, state, since } }: StepInput,
  signal: AbortSignal,
): Promise<Outcome> {
  if (state.status !== "waiting") throw new Error(`probed while ${state.status}`);
  const { address, bridge_address } = state;
  const port = spec.ready.port ?? (bridge_address ?? address).port;
  const timeoutSeconds = spec.ready.timeout_seconds ?? READY_TIMEOUT_SECONDS;
  const sinceStartMs = Math.max(0, now() - since);
  const target = {
    host: (bridge_address ?? address).host,
    port,
    ...(spec.ready.path !== undefined && { path: spec.ready.path }),
    timeoutMs: timeoutSeconds * 1_000 - sinceStartMs,
  };
  const onTry = () => {
    figures.probes += 1;
  };
  if (await probe({ clock, onTry }, target, signal)) {
    const first_answer_ms = Math.max(0, Math.round(now() - since));
    return {
      state: {
        status: "ready",
        address,
        ...(bridge_address && { bridge_address }),
        first_answer_ms,
      },
    };
  }
  const what = spec.ready.path === undefined ? "" : ` to GET ${spec.ready.path}`;
  const message = `no answer${what} on port ${spec.ready.port ?? spec.port} within ${timeoutSeconds} s of its start`;
  return { end: { kind: "hard", reason: "startuptimeout", message } };
}
