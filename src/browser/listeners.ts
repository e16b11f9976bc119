export type Unsubscribe = () => void;

/** Who wants to hear of which event. */
export class Listeners<Events extends object> {
  readonly #byType = new Map<keyof Events, Set<(event: never) => void>>();

  on<Type extends keyof Events>(type: Type, listener: (event: Events[Type]) => void): Unsubscribe {
    const listeners = this.#byType.get(type) ?? new Set();
    this.#byType.set(type, listeners);
    // A wrapper, so that a listener that was added twice is told twice and taken away once.
    const entry = (event: Events[Type]) => listener(event);
    listeners.add(entry);
    return () => void listeners.delete(entry);
  }

  emit<Type extends keyof Events>(type: Type, event: Events[Type]): void {
    for (const listener of [...(this.#byType.get(type) ?? [])]) tell(listener, event as never);
  }

  clear(): void {
    this.#byType.clear();
  }
}

/** What a listener throws is the page's to hear of, and must not stop what tells it. */
function tell(listener: (event: never) => void, event: never): void {
  try {
    listener(event);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
