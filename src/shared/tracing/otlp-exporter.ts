import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-base";
import type { Log } from "../log.ts";
import { otlpJson } from "./otlp-json.ts";
import type { TracingConfig } from "./tracing.ts";

type Report = Parameters<SpanExporter["export"]>[1];

/** As the SDK has them: 0 is well, 1 is not. */
const WELL = 0;
const FAILED = 1;
/** One batch, from its sending to the collector's word. */
const TIMEOUT_MS = 5_000;

/**
 * Sends spans by OTLP over HTTP, as JSON. A batch is sent once, as traces are not worth a retry that keeps a
 * process from ending. A collector that does not take them is told of once, and again when it does.
 */
export class OtlpExporter implements SpanExporter {
  readonly #log: Log;
  readonly #config: TracingConfig;
  readonly #over = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  #isFailing = false;
  #lost = 0;

  constructor({ log }: { log: Log }, config: TracingConfig) {
    this.#log = log;
    this.#config = config;
  }

  export(spans: ReadableSpan[], report: Report): void {
    const sent = this.#send(spans).then(
      () => {
        this.#well();
        report({ code: WELL });
      },
      (error: unknown) => {
        this.#failed(spans.length, error);
        report({ code: FAILED });
      },
    );
    this.#underWay.add(sent);
    void sent.finally(() => this.#underWay.delete(sent));
  }

  /** What is on its way is lost, and so is what comes later. */
  giveUp(): void {
    this.#over.abort();
  }

  async shutdown(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #send(spans: readonly ReadableSpan[]): Promise<void> {
    const { endpoint, headers } = this.#config;
    const signal = AbortSignal.any([this.#over.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const answer = await fetch(endpoint, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(otlpJson(spans)),
      redirect: "error",
      signal,
    });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
  }

  #well(): void {
    if (this.#isFailing) this.#log.info({ lost: this.#lost }, "traces are delivered again");
    this.#isFailing = false;
    this.#lost = 0;
  }

  #failed(count: number, error: unknown): void {
    this.#lost += count;
    if (this.#isFailing || this.#over.signal.aborted) return;
    this.#isFailing = true;
    this.#log.warn({ problem: problemOf(error) }, "traces cannot be delivered");
  }
}

/** `fetch failed` says nothing; its cause does. */
function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || String(error.cause) : error.message;
}
