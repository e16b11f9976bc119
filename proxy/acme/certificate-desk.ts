import type { Static, TSchema } from "typebox";
import {
  AccountResponse,
  CertificateResponse,
  Challenge,
  Done,
  OrderResponse,
} from "../../src/protocol/acme.ts";
import { validatorOf } from "../../src/protocol/validate.ts";

export interface DeskOptions {
  controllerUrl: string;
  /** An API key of scope proxy. */
  key: string;
  domain: string;
  /** Of this process: the lease is its own. */
  holder: string;
}

export interface NewCertificate {
  id: string;
  directory: string;
  chain: string;
  key: string;
}

const DEADLINE_MS = 10_000;

/** Where the controller keeps what the proxies of a domain share. Each call throws if it gets no answer. */
export class CertificateDesk {
  readonly #options: DeskOptions;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  claim(ttl_ms: number, signal: AbortSignal): Promise<OrderResponse> {
    const { holder } = this.#options;
    return this.#ask(OrderResponse, signal, "POST", this.#path("order"), { holder, ttl_ms });
  }

  async release(signal: AbortSignal): Promise<void> {
    const { holder } = this.#options;
    await this.#ask(Done, signal, "POST", this.#path("release"), { holder });
  }

  async setChallenge(values: readonly string[], signal: AbortSignal): Promise<void> {
    const { holder } = this.#options;
    await this.#ask(Challenge, signal, "PUT", this.#path("challenge"), { holder, values });
  }

  /** Without chain and key if it is the one that the caller has. */
  certificate(have: string | undefined, signal: AbortSignal): Promise<CertificateResponse> {
    const query = have === undefined ? "" : `?have=${encodeURIComponent(have)}`;
    return this.#ask(CertificateResponse, signal, "GET", this.#path("certificate") + query);
  }

  async putCertificate(certificate: NewCertificate, signal: AbortSignal): Promise<void> {
    const { holder } = this.#options;
    const path = this.#path("certificate");
    await this.#ask(Done, signal, "PUT", path, { holder, ...certificate });
  }

  /** The key of everybody's account at that CA: this one if there was none. */
  async accountKey(directory: string, key: string, signal: AbortSignal): Promise<string> {
    const path = "/v1/acme/account";
    return (await this.#ask(AccountResponse, signal, "POST", path, { directory, key })).key;
  }

  #path(what: string): string {
    return `/v1/acme/domains/${this.#options.domain}/${what}`;
  }

  async #ask<S extends TSchema>(
    schema: S,
    signal: AbortSignal,
    method: string,
    path: string,
    body?: object,
  ): Promise<Static<S>> {
    const { controllerUrl, key } = this.#options;
    const response = await fetch(controllerUrl.replace(/\/+$/, "") + path, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
    });
    const answer: unknown = await response.json();
    if (response.ok && validatorOf(schema).accepts(answer)) return answer;
    throw new Error(`the controller answers ${response.status}: ${messageOf(answer)}`);
  }
}

function messageOf(answer: unknown): string {
  const { error } = (answer ?? {}) as { error?: { message?: unknown } };
  return typeof error?.message === "string" ? error.message : "not what was expected";
}
