import { connect } from "node:net";
import type { HangarClient } from "../../../client/client.ts";
import { collect } from "../../../client/collect.ts";
import type { Backend } from "../../../protocol/backend.ts";
import { type Finding, fail, ok, skipped, warn } from "../finding.ts";
import type { Check } from "../run-checks.ts";

const NAME = "backends";
/** A drone whose first backends answer is reached. */
const EACH_DRONE = 3;
const DIAL_LIMIT_MS = 3_000;

/** What came of dialling one backend. */
export interface Dialled {
  drone: string;
  address: string;
  /** Why it could not be reached. */
  problem?: string;
}

/** From the machine of a proxy, every backend must be reached. */
export const backends: Check = {
  name: NAME,
  async run({ client, proxy, signal }) {
    const api = await client();
    if (api === undefined) {
      return [skipped(NAME, "not dialled: it takes an admin key that is accepted")];
    }
    const isProxyHere = (await proxy()).kind === "answered";
    const chosen = await choose(api, signal);
    return judgeBackends(await Promise.all(chosen.map(dial)), isProxyHere);
  },
};

export function judgeBackends(dialled: readonly Dialled[], isProxyHere: boolean): Finding[] {
  if (dialled.length === 0) return [skipped(NAME, "none is ready, so none was dialled")];
  const drones = [...new Set(dialled.map(({ drone }) => drone))];
  return drones.map((drone) => {
    const name = `${NAME} of ${drone}`;
    const own = dialled.filter((each) => each.drone === drone);
    const lost = own.find(({ problem }) => problem !== undefined);
    if (lost === undefined)
      return ok(name, `${own.map(({ address }) => address).join(", ")} reached`);
    const found = `${lost.address} is not reached from here: ${lost.problem}`;
    return isProxyHere
      ? fail(
          name,
          found,
          `Start ${drone} with --advertise and an address that this machine reaches.`,
        )
      : warn(name, found, "That is right on a machine without a proxy.");
  });
}

async function choose(client: HangarClient, signal: AbortSignal): Promise<Backend[]> {
  const ready = await collect(client.listBackends({ status: ["ready"], limit: 1_000 }, { signal }));
  const counts = new Map<string, number>();
  const chosen = ready.filter(({ drone }) => {
    const count = counts.get(drone) ?? 0;
    counts.set(drone, count + 1);
    return count < EACH_DRONE;
  });
  return await Promise.all(chosen.map(({ id }) => client.getBackend(id, { signal })));
}

async function dial({ drone, address }: Backend): Promise<Dialled> {
  if (address === null) return { drone, address: "no address", problem: "it has none any more" };
  const { host, port } = address;
  const problem = await whyNotReached(host, port);
  const text = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  return { drone, address: text, ...(problem === undefined ? {} : { problem }) };
}

function whyNotReached(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: DIAL_LIMIT_MS });
    const settle = (problem?: string) => {
      socket.destroy();
      resolve(problem);
    };
    socket.once("connect", () => settle());
    socket.once("timeout", () => settle(`no answer within ${DIAL_LIMIT_MS / 1_000} s`));
    socket.once("error", (error: NodeJS.ErrnoException) => settle(error.code ?? error.message));
  });
}
