import type { Clock } from "./clock.ts";

/** A call that is over: what it is called, what it took, and what it threw if it did. */
export interface Call {
  readonly name: string;
  readonly tookMs: number;
  readonly error: unknown;
}

type Callable = (...given: unknown[]) => unknown;

/** The same object, but that each of its calls is told of when it is over. */
export function timedCalls<T extends object>(
  target: T,
  clock: Pick<Clock, "monotonicMs">,
  onCall: (call: Call) => void,
): T {
  const known = new Map<PropertyKey, unknown>();
  return new Proxy(target, {
    get(_target, name) {
      const value = known.get(name) ?? Reflect.get(target, name, target);
      if (typeof value !== "function" || known.has(name)) return value;
      const call = value.bind(target) as Callable;
      const made = typeof name === "symbol" ? call : timed(name, call, clock, onCall);
      known.set(name, made);
      return made;
    },
  });
}

function timed(
  name: string,
  call: Callable,
  clock: Pick<Clock, "monotonicMs">,
  onCall: (call: Call) => void,
): Callable {
  return (...given) => {
    const startedMs = clock.monotonicMs();
    const over = (error?: unknown) =>
      onCall({ name, tookMs: clock.monotonicMs() - startedMs, error });
    let answer: unknown;
    try {
      answer = call(...given);
    } catch (error) {
      over(error);
      throw error;
    }
    if (answer instanceof Promise) answer.then(() => over(), over);
    else over();
    return answer;
  };
}
