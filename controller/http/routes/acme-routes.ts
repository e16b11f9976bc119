import { Type } from "typebox";
import {
  AccountRequest,
  AccountResponse,
  CertificateRequest,
  CertificateResponse,
  Challenge,
  ChallengeRequest,
  Domain,
  Done,
  OrderRelease,
  OrderRequest,
  OrderResponse,
} from "../../../src/protocol/acme.ts";
import { ApiError } from "../../../src/protocol/errors.ts";
import { errors } from "../api-errors.ts";
import type { Api, HttpApiDeps } from "../http-api.ts";

const Params = Type.Object({ domain: Domain });
const hide = true;
const config = { scope: "proxy" } as const;

/** For proxies and `hangar dns`, with a key of scope proxy; PROTOCOL.md says what they promise. */
export function acmeRoutes(api: Api, deps: Pick<HttpApiDeps, "store" | "log">): void {
  orderRoutes(api, deps);
  certificateRoutes(api, deps);
}

function orderRoutes(api: Api, { store, log }: Pick<HttpApiDeps, "store" | "log">): void {
  api.post(
    "/v1/acme/domains/:domain/order",
    {
      config,
      schema: { hide, params: Params, body: OrderRequest, response: { 200: OrderResponse } },
    },
    async ({ params: { domain }, body: { holder, ttl_ms } }) => {
      const claim = await store.claimOrder(domain, holder, ttl_ms);
      log.debug({ domain, holder, claim: claim.kind }, "order of a certificate claimed");
      const granted = claim.kind === "granted";
      return { granted, retry_in_ms: granted ? 0 : claim.retryInMs };
    },
  );
  api.post(
    "/v1/acme/domains/:domain/release",
    { config, schema: { hide, params: Params, body: OrderRelease, response: { 200: Done } } },
    async ({ params: { domain }, body: { holder } }) => {
      await store.releaseOrder(domain, holder);
      return { done: true as const };
    },
  );
  api.put(
    "/v1/acme/domains/:domain/challenge",
    {
      config,
      schema: {
        hide,
        params: Params,
        body: ChallengeRequest,
        response: { 200: Challenge, ...errors("order-not-held") },
      },
    },
    async ({ params: { domain }, body: { holder, values } }) => {
      mustHold(domain, await store.setChallenge(domain, holder, values));
      return { values };
    },
  );
  api.get(
    "/v1/acme/domains/:domain/challenge",
    { config, schema: { hide, params: Params, response: { 200: Challenge } } },
    async ({ params: { domain } }) => ({ values: await store.challengeOf(domain) }),
  );
}

function certificateRoutes(api: Api, { store, log }: Pick<HttpApiDeps, "store" | "log">): void {
  api.get(
    "/v1/acme/domains/:domain/certificate",
    {
      config,
      schema: {
        hide,
        params: Params,
        querystring: Type.Object({ have: Type.Optional(Type.String()) }),
        response: { 200: CertificateResponse },
      },
    },
    async ({ params: { domain }, query: { have } }) => {
      const kept = await store.getCertificate(domain);
      if (kept === undefined) return { id: null };
      const { id, directory, ageMs: age_ms, ...pair } = kept;
      return { id, directory, age_ms, ...(id === have ? {} : pair) };
    },
  );
  api.put(
    "/v1/acme/domains/:domain/certificate",
    {
      config,
      schema: {
        hide,
        params: Params,
        body: CertificateRequest,
        response: { 200: Done, ...errors("order-not-held") },
      },
    },
    async ({ params: { domain }, body: { holder, ...certificate } }) => {
      mustHold(domain, await store.putCertificate(domain, holder, certificate));
      log.info({ domain, certificate: certificate.id }, "certificate kept for all proxies");
      return { done: true as const };
    },
  );
  api.post(
    "/v1/acme/account",
    { config, schema: { hide, body: AccountRequest, response: { 200: AccountResponse } } },
    async ({ body: { directory, key } }) => ({
      key: await store.keepAccountKey(directory, key),
    }),
  );
}

function mustHold(domain: string, holds: boolean): void {
  if (holds) return;
  throw new ApiError("order-not-held", `another proxy may order the certificate of ${domain} now`);
}
