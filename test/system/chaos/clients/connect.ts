import type { ConnectAnswer } from "../history.ts";
import { IMAGE } from "../image.ts";
import type { ChaosKey } from "./keys.ts";
import type { World } from "./world.ts";

/** A way to a backend, as a connect gave it out. */
export interface Session {
  backend: string;
  key: string;
  token: string;
  user: string;
  /** JSON, as it reaches the backend. */
  auth: string;
  state: string;
}

let connects = 0;

/** Asks one of the controllers for a key, and records what it says. Undefined unless it gave a backend. */
export async function connect(
  world: World,
  key: ChaosKey,
  { waitSeconds }: { waitSeconds: number | undefined },
): Promise<Session | undefined> {
  const { api, recorder, random, controllers } = world;
  const controller = random.pick(controllers);
  const user = `user-${++connects}`;
  const auth = { n: connects, password: world.planted.auth };
  const answer = await api.call(controller, "/v1/connect", {
    method: "POST",
    mayHold: true,
    body: {
      key: { name: key.name },
      spawn: spawnConfig(world, key),
      ...{ user, auth },
      wait_seconds: waitSeconds ?? 1,
      ...(waitSeconds === undefined ? {} : { wait: "ready" }),
    },
  });
  recorder.record(toEvent(answer, controller, key.name));
  const { backend_id, token, status } = answer.body;
  if (answer.status !== 200 || typeof token !== "string") return undefined;
  return {
    ...{ backend: String(backend_id), key: key.name, token, user },
    ...{ auth: JSON.stringify(auth), state: String(status) },
  };
}

function spawnConfig({ planted }: World, key: ChaosKey) {
  return {
    image: IMAGE,
    pull_policy: "never",
    mount: "witness",
    env: { CHAOS_STOP: key.stop, CHAOS_SECRET: planted.env },
    credentials: { username: "chaos", password: planted.password },
    grace_seconds: key.graceSeconds,
    ...(key.maxIdleSeconds === undefined ? {} : { max_idle_seconds: key.maxIdleSeconds }),
  };
}

function toEvent(
  { asked, status, retryAfter, body }: Awaited<ReturnType<World["api"]["call"]>>,
  controller: string,
  key: string,
): ConnectAnswer {
  const event = { kind: "connect", asked, controller, key, status } as const;
  if (status === null) return event;
  if (status !== 200) {
    const { code } = (body.error ?? {}) as { code?: string };
    return { ...event, retryAfter, ...(code === undefined ? {} : { code }) };
  }
  const { backend_id, spawned, status: state } = body;
  return { ...event, backend: String(backend_id), spawned: spawned === true, state: String(state) };
}
