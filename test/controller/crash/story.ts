import type { Backend } from "../../../src/protocol/backend.ts";
import type { ConnectRequest, ConnectResponse } from "../../../src/protocol/connect.ts";
import type { BackendId } from "../../../src/protocol/ids.ts";
import { rank } from "../../../src/protocol/statuses.ts";
import { waitFor } from "../../harness/wait-for.ts";
import type { Place } from "./doomed-process.ts";
import { JournalingDrone } from "./journaling-drone.ts";
import { Ledger } from "./ledger.ts";
import { persist, type Site } from "./site.ts";

/** Far more than any answer takes, and less than a test. */
const ANSWER_MS = 15_000;

const REQUEST: ConnectRequest = {
  key: { name: "doc" },
  spawn: { image: "hangar/echo", resources: { cpus: 0.5, memory_bytes: 67_108_864 } },
  queue_seconds: 20,
};

/** What a client and two drones saw of a key's life, and what was wrong by their own word. */
export interface Witness {
  answers: ConnectResponse[];
  running: BackendId[];
  violations: string[];
}

/**
 * A key's life: spawned, refused by the first drone and moved to the second, begun and reported, joined,
 * its leases renewed, ended, and spawned anew. Each step is repeated until a controller has answered it.
 */
export async function liveThrough(site: Site): Promise<Witness> {
  const ledger = new Ledger();
  const client = new Client(site);
  await using first = new JournalingDrone("dr-one", site, ledger);
  let allow = () => {};
  first.refusesFirstAfter = new Promise((resolve) => {
    allow = resolve;
  });
  await first.renew();
  const { backend_id: old } = await client.connect();
  await using second = new JournalingDrone("dr-two", site, ledger);
  await second.renew();
  allow();
  await client.until(old, "ready");
  const joined = await client.connect();
  await Promise.all([first.renew(), second.renew()]);
  await client.call("POST", `/v1/backends/${old}/terminate`, {});
  await client.until(old, "terminated");
  const next = await client.connect();
  await client.until(next.backend_id, "ready");
  const violations = [...ledger.violations, ...client.violations];
  if (joined.backend_id !== old) violations.push("a connect to a live key spawned another");
  if (next.backend_id === old) violations.push("a connect was given a backend that had ended");
  return { answers: client.answers, running: ledger.running(), violations };
}

class Client {
  readonly answers: ConnectResponse[] = [];
  readonly violations: string[] = [];
  readonly #site: Site;
  readonly #seen = new Map<BackendId, number>();

  constructor(site: Site) {
    this.#site = site;
  }

  async connect(): Promise<ConnectResponse> {
    const answer = await this.call<ConnectResponse>("POST", "/v1/connect", REQUEST);
    this.answers.push(answer);
    return answer;
  }

  async until(id: BackendId, status: Backend["status"]): Promise<void> {
    await waitFor(`${id} ${status}`, async () => {
      const backend = await this.call<Backend>("GET", `/v1/backends/${id}`);
      const reached = rank(backend.status);
      if (reached < (this.#seen.get(id) ?? 0)) this.violations.push(`${id} went back`);
      this.#seen.set(id, reached);
      return reached >= rank(status);
    });
  }

  call<T>(method: string, path: string, body?: unknown): Promise<T> {
    return persist(this.#site, async ({ url, keys }: Place) => {
      const response = await fetch(url + path, {
        signal: AbortSignal.timeout(ANSWER_MS),
        method,
        headers: {
          authorization: `Bearer ${keys.admin}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return JSON.parse(text) as T;
    });
  }
}
