import { type Static, Type } from "typebox";

/** A DNS name in lower case: the host of a cluster. */
export const Domain = Type.String({
  pattern: "^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$",
  description: "The host of a cluster, in lower case.",
});

const Holder = Type.String({ minLength: 8, maxLength: 128 });
const Pem = Type.String({ minLength: 1, maxLength: 65_536 });

/** A proxy asks for, or extends, the right to order a domain's certificate. */
export const OrderRequest = Type.Object({
  holder: Holder,
  ttl_ms: Type.Integer({ minimum: 1_000, maximum: 600_000 }),
});
export type OrderRequest = Static<typeof OrderRequest>;

export const OrderResponse = Type.Object({
  granted: Type.Boolean(),
  retry_in_ms: Type.Number({ description: "0 where it is granted." }),
});
export type OrderResponse = Static<typeof OrderResponse>;

export const OrderRelease = Type.Object({ holder: Holder });

/** What DNS shall answer at the domain's challenge name; replaces what was set before. */
export const ChallengeRequest = Type.Object({
  holder: Holder,
  values: Type.Array(Type.String({ minLength: 1, maxLength: 255, pattern: "^[A-Za-z0-9_-]+$" }), {
    maxItems: 8,
  }),
});
export type ChallengeRequest = Static<typeof ChallengeRequest>;

export const Challenge = Type.Object({ values: Type.Array(Type.String()) });
export type Challenge = Static<typeof Challenge>;

/** The certificate of all proxies of a domain. */
export const CertificateRequest = Type.Object({
  holder: Holder,
  id: Type.String({ minLength: 1, maxLength: 128 }),
  directory: Type.String({ minLength: 1, maxLength: 2_048, description: "The CA's." }),
  chain: Pem,
  key: Pem,
});
export type CertificateRequest = Static<typeof CertificateRequest>;

export const CertificateResponse = Type.Object({
  /** Null: there is none yet. */
  id: Type.Union([Type.String(), Type.Null()]),
  directory: Type.Optional(Type.String()),
  /** Since it was kept. */
  age_ms: Type.Optional(Type.Number()),
  /** Left out where the caller has it. */
  chain: Type.Optional(Type.String()),
  key: Type.Optional(Type.String()),
});
export type CertificateResponse = Static<typeof CertificateResponse>;

/** Offers a key for the account at a CA; what comes back is the one that all use. */
export const AccountRequest = Type.Object({
  directory: Type.String({ minLength: 1, maxLength: 2_048 }),
  key: Pem,
});
export type AccountRequest = Static<typeof AccountRequest>;

export const AccountResponse = Type.Object({ key: Type.String() });
export type AccountResponse = Static<typeof AccountResponse>;

export const Done = Type.Object({ done: Type.Literal(true) });
