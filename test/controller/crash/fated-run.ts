import type { ControllerConfig } from "../../../controller/config.ts";
import { hashSecret } from "../../../controller/hash-secret.ts";
import { type Controller, startController } from "../../../controller/index.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import type { Point } from "./doom.ts";
import { DoomedProcess } from "./doomed-process.ts";
import { HALF_DONE, UNSETTLED } from "./half-done.ts";
import { liveThrough, type Witness } from "./story.ts";

export interface Stage {
  program: string;
  /** Of both controllers, one after the other. */
  config: ControllerConfig;
  /** One question to their database, whether or not a controller lives. */
  ask(statement: string): Promise<Record<string, unknown>[]>;
}

/** What came of one run. */
export interface Outcome {
  /** All that the doomed controller passed; the last is where it died, if it did. */
  points: Point[];
  died: boolean;
  violations: string[];
}

const NEVER_MS = 3_600_000;
/** So that the story alone decides what the doomed one writes, and in which order. */
const STILL = { sweepIntervalMs: NEVER_MS, resendIntervalMs: NEVER_MS };
const LIVELY = { sweepIntervalMs: 50, resendIntervalMs: 200 };

/** The story, with a controller that dies at a moment and another that comes after it. */
export async function fatedRun(
  stage: Stage,
  fate: { moment?: string; broken?: boolean } = {},
): Promise<Outcome> {
  const { program, config } = stage;
  const violations: string[] = [];
  const state = { died: false, isOver: false };
  await using doomed = new DoomedProcess(program, { ...fate, config: { ...config, ...STILL } });
  const successor = doomed.died.then(async () => {
    if (state.isOver) return undefined;
    state.died = true;
    violations.push(...(await found(stage, HALF_DONE)));
    return await start({ ...config, ...LIVELY });
  });
  const successorUp = successor.then((controller) => controller ?? doomed.up);
  const place = () => (state.died ? successorUp : Promise.race([doomed.up, successorUp]));
  try {
    const witness = await liveThrough({ place });
    violations.push(...witness.violations, ...(await judged(stage, witness)));
  } catch (error) {
    violations.push(`the story did not come to its end: ${error}`);
  }
  state.isOver = true;
  if (state.died) await (await successor)?.[Symbol.asyncDispose]();
  return { points: doomed.points, died: state.died, violations };
}

function start(config: ControllerConfig): Promise<Controller> {
  return startController({ clock: systemClock, log: recordingLog().log }, config);
}

async function judged(stage: Stage, { answers, running }: Witness): Promise<string[]> {
  const live = await stage.ask("select id from backends where status <> 'terminated'");
  const atTheEnd = live.map(({ id }) => id);
  const tokens = await stage.ask("select hash from tokens");
  const known = new Set(tokens.map(({ hash }) => hash));
  const unknown = answers.filter(({ token }) => !known.has(hashSecret(token ?? "")));
  return [
    ...(await found(stage, { ...HALF_DONE, ...UNSETTLED })),
    ...unknown.map(({ backend_id: id }) => `a token for ${id} was given out and is not known`),
    ...(String(atTheEnd) === String(running)
      ? []
      : [`containers run of ${running}, and live are ${atTheEnd}`]),
  ];
}

async function found(
  { ask }: Pick<Stage, "ask">,
  questions: Readonly<Record<string, string>>,
): Promise<string[]> {
  const all = Object.entries(questions).map(
    ([what, statement]) =>
      `select '${what.replaceAll("'", "''")}' as what where exists (${statement})`,
  );
  const violations: string[] = [];
  for (const { what } of await ask(all.join(" union all "))) {
    const rows = await ask(questions[String(what)] ?? "");
    violations.push(`${what}: ${JSON.stringify(rows)}`);
  }
  return violations;
}
