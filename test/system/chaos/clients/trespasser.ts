import { PROXIES } from "../fault.ts";
import type { Session } from "./connect.ts";
import { ask, type ProxyAnswer } from "./through-proxy.ts";
import type { World } from "./world.ts";

/** Tries what must be refused: another session's token, an invented one, none at all. */
export async function trespass(world: World, session: Session, other: Session): Promise<void> {
  const { recorder, random } = world;
  const proxy = random.pick(PROXIES);
  const label = session.backend;
  const invented = `hct_${"x".repeat(40)}`;
  const tell = (how: string, { status, told }: ProxyAnswer) =>
    recorder.record({ kind: "trespass", how, status, reached: told?.backend ?? null });
  tell("no token", await ask(proxy, { label, path: "/" }));
  tell("an invented token", await ask(proxy, { label, path: `/${invented}/` }));
  if (other.backend === session.backend) return;
  tell("another session's token", await ask(proxy, { label, path: `/${other.token}/` }));
  const cookie = { cookie: `hangar=${other.token}` };
  tell("another session's cookie", await ask(proxy, { label, path: "/" }, cookie));
}
