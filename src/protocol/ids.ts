import { customAlphabet } from "nanoid";
import { Type } from "typebox";

const LOWER_CASE = "abcdefghijklmnopqrstuvwxyz0123456789";
const ALPHANUMERIC = `${LOWER_CASE}ABCDEFGHIJKLMNOPQRSTUVWXYZ`;

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A DNS label of 14 characters: the backend's subdomain and the session ID of its URL. */
export type BackendId = Branded<"BackendId">;
export type ActionId = Branded<"ActionId">;

const BACKEND_ID_PATTERN = "^[a-z0-9]{14}$";
export const BackendId = Type.Unsafe<BackendId>(Type.String({ pattern: BACKEND_ID_PATTERN }));
export const ActionId = Type.Unsafe<ActionId>(Type.String({ minLength: 1, maxLength: 64 }));

/** A name that a person gives to a drone, a proxy or a pool: lower-case, usable as a DNS label. */
const NODE_NAME_PATTERN = "^[a-z0-9]([a-z0-9-]{0,43}[a-z0-9])?$";
export const NodeName = Type.String({ pattern: NODE_NAME_PATTERN });

const randomBackendId = customAlphabet(LOWER_CASE, 14);
const randomId = customAlphabet(LOWER_CASE, 20);
const randomErrorId = customAlphabet(LOWER_CASE, 12);
// 40 characters of 62 are 238 bits: beyond guessing, and no character needs escaping anywhere.
const randomSecret = customAlphabet(ALPHANUMERIC, 40);

export const newBackendId = (): BackendId => randomBackendId() as BackendId;
/** An action's id is its backend's and its verb, numbered for a spawn that has moved: `<id>.spawn-2`. */
export function partsOf(id: ActionId): { backendId: BackendId; isSpawn: boolean } {
  const [backendId = "", verb = ""] = id.split(".");
  return { backendId: backendId as BackendId, isSpawn: verb.startsWith("spawn") };
}
export const newApiKeyId = (): string => `ak_${randomId()}`;
/** Tells two machines apart that were given one name. */
export const newIdentity = (): string => randomId();
export const newStreamId = (): string => randomId();
export const newErrorId = (): string => randomErrorId();
export const newNodeName = (prefix: "co" | "dr" | "px"): string => `${prefix}-${randomBackendId()}`;

const backendIdPattern = new RegExp(BACKEND_ID_PATTERN);
export function isBackendId(text: string): text is BackendId {
  return backendIdPattern.test(text);
}

// Each secret starts with its kind, so that scanners and log filters can find one that leaked.
export const newConnectionToken = (): string => `hct_${randomSecret()}`;
export const newStaticToken = (): string => `hst_${randomSecret()}`;
export const newApiKey = (): string => `hak_${randomSecret()}`;
export const newSessionSecret = (): string => `hss_${randomSecret()}`;
export const newSecretToken = (): string => `hsec_${randomSecret()}`;

const tokenPattern = /^h[cs]t_[A-Za-z0-9]{40}$/;

/** Rubbish is told from a token by its form alone, so it never costs a lookup. */
export function isToken(text: string): boolean {
  return tokenPattern.test(text);
}

/** By its form alone: whether somebody else's token would be mistaken for a key. */
export function looksLikeKey(text: string): boolean {
  return text.startsWith("hak_");
}

const sessionPattern = /^hss_[A-Za-z0-9]{40}$/;

export function isSessionSecret(text: string): boolean {
  return sessionPattern.test(text);
}
