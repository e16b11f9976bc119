import type { Decision, EngineDeps, RequestHead, RequestTrace } from "../engine.ts";

export type TripDeps = Pick<EngineDeps, "clock" | "figures" | "accessLog">;

/**
 * What is counted and told of requests, one after another; a request makes nothing new. `bytesOut` tells
 * what was ever written to the client.
 */
export class Trip {
  readonly #deps: TripDeps;
  readonly #bytesOut: () => number;
  #isOpen = false;
  #head: RequestHead | undefined;
  #decision: Decision | undefined;
  #status = 0;
  #startedMs = 0;
  #firstByteMs: number | undefined;
  #writtenBefore = 0;

  constructor(deps: TripDeps, bytesOut: () => number) {
    this.#deps = deps;
    this.#bytesOut = bytesOut;
  }

  /** Whether somebody wants to be told of requests: else nobody need say what they are. */
  get isTold(): boolean {
    return this.#deps.accessLog !== undefined;
  }

  /** A request's head is whole. */
  begin(): void {
    this.#isOpen = true;
    this.#status = 0;
    this.#startedMs = this.#deps.clock.monotonicMs();
    this.#firstByteMs = undefined;
    if (this.isTold) this.#writtenBefore = this.#bytesOut();
  }

  about(head: RequestHead, decision: Decision | undefined): void {
    this.#head = head;
    this.#decision = decision;
  }

  /** What could not be read is answered so. */
  refused(status: number): void {
    this.#deps.figures.malformedRequests += 1;
    this.answered(status);
  }

  /** The proxy's own answer is on its way, in place of a backend's too. */
  answered(status: number): void {
    this.#status = status;
    this.#firstByteMs = this.#deps.clock.monotonicMs();
    this.#deps.figures.answered(status);
    if (this.#decision !== undefined) traceOf(this.#decision)?.answered(status);
  }

  /** The backend's answer is on its way. */
  relayed(status: number): void {
    this.answered(status);
    this.#deps.figures.firstByte((this.#firstByteMs ?? 0) - this.#startedMs);
  }

  upgraded(): void {
    this.#deps.figures.upgradesOpen += 1;
    this.relayed(101);
  }

  /** Does nothing if it is over already. */
  over(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const { figures, accessLog } = this.#deps;
    const status = this.#status;
    if (this.#decision !== undefined) traceOf(this.#decision)?.over();
    if (status === 101) figures.upgradesOpen -= 1;
    if (accessLog === undefined || this.#head === undefined) return;
    accessLog.write({
      head: this.#head,
      decision: this.#decision,
      status,
      bytesOut: this.#bytesOut() - this.#writtenBefore,
      startedMs: this.#startedMs,
      firstByteMs: this.#firstByteMs,
      upgraded: status === 101,
    });
  }
}

function traceOf(decision: Decision): RequestTrace | undefined {
  return decision.kind === "forward" ? decision.trace : undefined;
}
