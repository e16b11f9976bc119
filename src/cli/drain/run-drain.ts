import { setTimeout as delay } from "node:timers/promises";
import type { HangarClient } from "../../client/client.ts";
import type { Drone } from "../../protocol/drone.ts";
import { CliError } from "../cli-error.ts";
import type { DrainOptions } from "../commands/add-drain.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { NO_PROGRESS, openProgress } from "../render/open-progress.ts";
import { openClient } from "../settings/client-settings.ts";
import { countBackends, droneLine } from "./drone-line.ts";

const POLL_MS = 500;

export async function runDrain(
  context: Context,
  options: DrainOptions,
  name: string,
): Promise<void> {
  const { terminal, stop } = context;
  const { terminateAfter, wait, json } = options;
  const client = await openClient(options);
  const request = terminateAfter === undefined ? {} : { terminate_after_seconds: terminateAfter };
  const asked = await client.drain(name, request, { signal: stop });
  const drone = wait === true ? await untilEmpty(context, client, asked, json === true) : asked;
  terminal.out.line(json === true ? JSON.stringify(drone) : droneLine(drone, terminal.out.colors));
}

/** Until the last backend is gone; nothing but Ctrl-C ends the wait for one that nobody ends. */
async function untilEmpty(
  { terminal, stop }: Context,
  client: HangarClient,
  asked: Drone,
  isSilent: boolean,
): Promise<Drone> {
  using progress = isSilent ? NO_PROGRESS : await openProgress(terminal.err);
  let drone = asked;
  while (drone.live_backends > 0) {
    if (!drone.draining) throw undrained(drone);
    progress.doing(`waiting for ${countBackends(drone.live_backends)} to end`);
    await delay(POLL_MS, undefined, { signal: stop }).catch(() => {
      throw stop.reason;
    });
    drone = await client.getDrone(drone.name, { signal: stop });
  }
  return drone;
}

function undrained({ name }: Drone): CliError {
  return new CliError(`${name} is not draining any more.`, {
    exitCode: EXIT.failure,
    hints: ["Somebody has undrained it meanwhile."],
  });
}
