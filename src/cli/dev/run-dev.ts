import { type Builder, openBuilder } from "../../../drone/build.ts";
import { systemClock } from "../../shared/clock.ts";
import { createLog } from "../../shared/log.ts";
import { CliError } from "../cli-error.ts";
import type { DevOptions } from "../commands/add-dev.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { formatAge } from "../render/format-duration.ts";
import { untilStopped } from "../serve/until-stopped.ts";
import { keyFile } from "../settings/data-dir.ts";
import type { Tell } from "./dev-event.ts";
import { type DevOutput, jsonOutput, plainOutput, stickyOutput } from "./dev-output.ts";
import type { DevPlan } from "./dev-plan.ts";
import { DevSession } from "./dev-session.ts";
import { followBackends } from "./follow-backends.ts";
import { leaveNoContainer, leaveNoNetwork } from "./leave-nothing.ts";
import { readIgnore } from "./make-image.ts";
import { noteOf } from "./note-of.ts";
import { openSession } from "./open-session.ts";
import { patiently } from "./patiently.ts";
import { type PressedKey, readKeys } from "./read-keys.ts";
import { readProject } from "./read-project.ts";
import { type Site, startSite } from "./start-site.ts";
import { watchFiles } from "./watch-files.ts";
import type { FileChange } from "./what-changed.ts";

/** Builds a project, runs it and follows its changes, until it is told to stop; then ends all that it started. */
export async function runDev(context: Context, dir: string, options: DevOptions): Promise<void> {
  const plan = await readProject(dir, options);
  const { output, isInteractive } = await chooseOutput(context, options);
  using shown = output;
  const tell: Tell = (event) => shown.tell(event);
  const clock = systemClock;
  // Until all is up an error tells what is wrong, and that all leave when it ends is no news.
  let isUp = false;
  const log = createLog("warn", {
    write: (line) => {
      if (isUp) tell(noteOf(line));
    },
  });
  const builder = openBuilder({ clock }, options.dockerSocket);
  await reachDocker(builder, tell, context.stop);
  const session = new DevSession({ clock, builder, plan, tell });
  const spawnDefaults = session.gate.spawnDefaults.bind(session.gate);
  const { dockerSocket } = options;
  const stop = AbortSignal.any([context.stop]);
  const onSlow = (why: string, waitedMs: number) => tellSlow(tell, why, waitedMs);
  const leaveEngine = () => leaveNoNetwork({ builder, clock, plan });
  const deps = { clock, log, stop, onSlow, leaveEngine, spawnDefaults };
  const site = await startSite(deps, plan, dockerSocket);
  try {
    isUp = true;
    tellUp(tell, plan, site);
    await using _backends = await followBackends({
      ...{ clock, tell, client: site.client },
      onList: (live) => shown.show(session.gate.state, live),
    });
    await session.start(site.client);
    await using _files = await follow(plan, session, tell);
    await untilQuit(context, isInteractive, (key) => press(key, session, site, tell));
    tell({ event: "note", level: "info", text: "Stopping." });
    await session[Symbol.asyncDispose]();
    await session.terminateAll();
  } finally {
    isUp = false;
    await session[Symbol.asyncDispose]();
    await using _site = site;
    await leaveNoContainer({ builder, clock, plan });
  }
  tell({ event: "stopped" });
}

async function reachDocker(builder: Builder, tell: Tell, stop: AbortSignal): Promise<void> {
  const onSlow = (waitedMs: number) => tellSlow(tell, "Docker has not answered", waitedMs);
  await patiently(builder.reach(), onSlow, stop).catch((cause: Error) => {
    throw stop.aborted ? cause : withoutDocker(cause);
  });
}

function tellSlow(tell: Tell, why: string, waitedMs: number): void {
  const text = `Still starting, after ${formatAge(waitedMs)}: ${why}.`;
  tell({ event: "note", level: "warn", text });
}

function withoutDocker(cause: Error): CliError {
  return new CliError(`${cause.message}.`, {
    exitCode: EXIT.failure,
    hints: ["`hangar dev` builds and runs with Docker; `hangar doctor` looks for what is wrong."],
    cause,
  });
}

async function chooseOutput(
  { terminal }: Context,
  { json, interactive }: DevOptions,
): Promise<{ output: DevOutput; isInteractive: boolean }> {
  if (json === true) return { output: jsonOutput(terminal.out), isInteractive: false };
  const isInteractive = interactive && terminal.out.isInteractive && process.stdin.isTTY === true;
  const output = isInteractive ? await stickyOutput(terminal.out) : plainOutput(terminal.out);
  return { output, isInteractive };
}

function tellUp(tell: Tell, { dir, dataDir }: DevPlan, { apiUrl, cluster }: Site): void {
  const admin_key_file = keyFile(dataDir, "admin");
  tell({ event: "up", dir, api_url: apiUrl, cluster, data_dir: dataDir, admin_key_file });
}

/** The ignore rules may change too; they are read anew with each change of anything. */
async function follow(plan: DevPlan, session: DevSession, tell: Tell): Promise<AsyncDisposable> {
  if (plan.recipe.kind === "image") return { async [Symbol.asyncDispose]() {} };
  let ignore = await readIgnore(plan);
  const react = async (changes: readonly FileChange[]) => {
    ignore = await readIgnore(plan);
    await session.filesChanged(changes);
  };
  return await watchFiles(
    plan,
    () => ignore,
    (changes) => {
      react(changes).catch((error: Error) => tellFailure(tell, error));
    },
  );
}

function tellFailure(tell: Tell, { message }: Error): void {
  tell({ event: "note", level: "error", text: message });
}

async function untilQuit(
  { stop }: Context,
  isInteractive: boolean,
  onKey: (key: PressedKey) => void,
): Promise<void> {
  if (!isInteractive) return await untilStopped(stop);
  const quit = new AbortController();
  using _keys = readKeys((key) => {
    if (key === "q") quit.abort();
    else onKey(key);
  });
  await untilStopped(AbortSignal.any([stop, quit.signal]));
}

function press(key: PressedKey, session: DevSession, site: Site, tell: Tell): void {
  const act = async () => {
    if (key === "b") session.build();
    if (key === "t") await session.terminateAll();
    if (key === "o") await openSession(site.client, tell);
  };
  act().catch((error: Error) => tellFailure(tell, error));
}
