import type { Journal } from "../../drone/journal/journal.ts";
import type { Runtime } from "../../drone/runtime/runtime.ts";
import type { DroneParts } from "../../drone/wire-drone.ts";

const WRITES: readonly (keyof Journal)[] = [
  "insert",
  "save",
  "forget",
  "giveUp",
  "refuse",
  "saveLease",
  "acknowledge",
];
const CALLS: readonly (keyof Runtime)[] = [
  "pull",
  "create",
  "start",
  "stop",
  "kill",
  "remove",
  "inspect",
  "list",
  "logTail",
];

/** When a drone dies: just before, or just after, the n-th thing that it writes down or asks of its runtime. */
export class Death {
  readonly steps: string[] = [];
  hasCome = false;
  readonly #nth: number;
  readonly #when: "before" | "after";

  constructor(nth: number, when: "before" | "after") {
    this.#nth = nth;
    this.#when = when;
  }

  /** Whether this step still happens. */
  begin(step: string): boolean {
    if (this.hasCome) return false;
    this.steps.push(step);
    if (this.steps.length === this.#nth && this.#when === "before") this.hasCome = true;
    return !this.hasCome;
  }

  /** Whether the drone lives to see that the step is done. */
  survives(nth: number): boolean {
    if (nth === this.#nth && this.#when === "after") this.hasCome = true;
    return !this.hasCome;
  }
}

class Dead extends Error {}

/** The same parts, but for a drone that dies: then no journal is written and no call comes back. */
export function mortal(parts: DroneParts, death: Death): DroneParts {
  const { runtime, state } = parts;
  return {
    ...parts,
    runtime: around(runtime, (name, call) => mortalCall(death, name, call)),
    state: {
      ...state,
      journal: around(state.journal, (name, call) => mortalWrite(death, name, call)),
    },
  };
}

type Call = (...words: unknown[]) => unknown;

function around<T extends object>(target: T, wrap: (name: string, call: Call) => Call): T {
  return new Proxy(target, {
    get(_, name) {
      const value = Reflect.get(target, name) as unknown;
      if (typeof value !== "function") return value;
      const call = value.bind(target) as Call;
      return typeof name === "string" ? wrap(name, call) : call;
    },
  });
}

function mortalWrite(death: Death, name: string, call: Call): Call {
  if (!(WRITES as readonly string[]).includes(name)) {
    return (...words) => {
      if (death.hasCome) throw new Dead(name);
      return call(...words);
    };
  }
  return (...words) => {
    if (!death.begin(name)) throw new Dead(name);
    const nth = death.steps.length;
    const result = call(...words);
    if (!death.survives(nth)) throw new Dead(name);
    return result;
  };
}

function mortalCall(death: Death, name: string, call: Call): Call {
  if (!(CALLS as readonly string[]).includes(name)) return call;
  return async (...words) => {
    if (!death.begin(name)) return await never();
    const nth = death.steps.length;
    const result = await call(...words);
    return death.survives(nth) ? result : await never();
  };
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
