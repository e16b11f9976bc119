import type { ControllerNews } from "../link.ts";
import type { Said } from "./messages.ts";

type RouteRequest = Extract<Said, { type: "route-request" }>;
type RouteResponse = Extract<ControllerNews, { type: "route-response" }>;

interface Asked {
  readonly worker: number;
  readonly requestId: number;
}

/** Whose question it was: workers number theirs each for itself. */
export class RouteDesk {
  readonly #asked = new Map<number, Asked>();
  #lastId = 0;

  /** As the controller is asked. */
  numbered(worker: number, request: RouteRequest): RouteRequest {
    this.#lastId += 1;
    this.#asked.set(this.#lastId, { worker, requestId: request.request_id });
    return { ...request, request_id: this.#lastId };
  }

  /** As its worker is answered. */
  answered(response: RouteResponse): { worker: number; news: RouteResponse } | undefined {
    const asked = this.#asked.get(response.request_id);
    this.#asked.delete(response.request_id);
    if (asked === undefined) return undefined;
    return { worker: asked.worker, news: { ...response, request_id: asked.requestId } };
  }

  /** With the connection to the controller its answers are lost; workers ask again. */
  clear(): void {
    this.#asked.clear();
  }
}
