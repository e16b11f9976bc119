/** Holds what a composition root has started, and closes it in reverse order. */
export class ServiceStack implements AsyncDisposable {
  readonly #services: AsyncDisposable[] = [];

  use<T extends AsyncDisposable>(service: T): T {
    this.#services.push(service);
    return service;
  }

  defer(close: () => Promise<void> | void): void {
    this.#services.push({
      [Symbol.asyncDispose]: async () => {
        await close();
      },
    });
  }

  /** Closes everything even if some of it fails, then throws the first failure. */
  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = [];
    for (let service = this.#services.pop(); service; service = this.#services.pop()) {
      try {
        await service[Symbol.asyncDispose]();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}

/** Builds services into a stack; if the building fails, closes what already stands. */
export async function assemble<T>(
  build: (stack: ServiceStack) => Promise<T>,
): Promise<T & AsyncDisposable> {
  const stack = new ServiceStack();
  try {
    const built = await build(stack);
    return Object.assign(built as T & object, {
      [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
    });
  } catch (error) {
    await stack[Symbol.asyncDispose]().catch(() => undefined);
    throw error;
  }
}
