import { newApiKey, newConnectionToken, newSessionSecret } from "../../../src/protocol/ids.ts";
import { SECRET } from "../../../src/shared/redact.ts";

/** Each is planted somewhere, and must be found nowhere. */
export const PLANTED = {
  env: "planted-env-value",
  password: "planted-registry-password",
  auth: "planted-auth-value",
  serviceEnv: "planted-service-env-value",
  servicePassword: "planted-service-registry-password",
  apiKey: newApiKey(),
  token: newConnectionToken(),
  session: newSessionSecret(),
  body: "planted-in-a-broken-body",
  image: "planted-in-an-image-reference",
};

export const SECRET_SPAWN = {
  env: { PASSWORD: PLANTED.env },
  credentials: { username: "ada", password: PLANTED.password },
};

/** Where a secret stands in a text: as it is, in base64, or in a URL. */
export function leaksIn(texts: readonly string[], secrets: readonly string[]): string[] {
  const forms = secrets.flatMap(formsOf);
  return texts.flatMap((text) =>
    forms.filter((form) => text.includes(form)).map((form) => excerptOf(text, form)),
  );
}

/** Whatever Hangar makes as a secret, known to the test or not. */
export function madeSecretsIn(texts: readonly string[]): string[] {
  return texts.flatMap((text) => (text.match(SECRET) ?? []).map((each) => excerptOf(text, each)));
}

function excerptOf(text: string, secret: string): string {
  const at = text.indexOf(secret);
  return `${secret} in ${text.slice(Math.max(0, at - 200), at + 200)}`;
}

/** Base64 cuts a text into threes: what stands in the middle of one has three forms. */
function formsOf(secret: string): string[] {
  const inBase64 = [0, 1, 2].flatMap((shift) => {
    const whole = Buffer.from(" ".repeat(shift) + secret).toString("base64url");
    const inner = whole.slice(4, -4);
    return [inner, inner.replaceAll("-", "+").replaceAll("_", "/")];
  });
  return [...new Set([secret, encodeURIComponent(secret), ...inBase64])];
}
