import type { Credentials } from "./authenticate.ts";

/** Of one connection, or of a body that is not sent along; and what is Hangar's to say, or a proxy's that it believes. */
const NOT_FORWARDED = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
  "host",
  "content-length",
  "content-type",
  "x-original-path",
  "x-original-authorization",
  "forwarded",
  "x-real-ip",
]);

/** Such as -for, -host, -proto, -uri and -user: services go by them. */
const FORWARDED = "x-forwarded-";

/** Where to ask, and the bearer that the URL holds as its user. */
export function forwardTarget(text: string): { url: string; bearer: string | undefined } {
  const url = new URL(text);
  const user = [url.username, url.password].filter((part) => part !== "").map(decodeURIComponent);
  url.username = "";
  url.password = "";
  return { url: url.href, bearer: user.length === 0 ? undefined : user.join(":") };
}

/**
 * The headers of a request that is asked about. A bearer of Hangar's own takes the place of the client's,
 * which goes on as `x-original-authorization`: one must not be taken for the other. Where it comes from is
 * told as the API knows it: what the client itself says of that is believed of trusted proxies alone.
 */
export function forwardedHeaders(
  { path, address, host, protocol, headers }: Omit<Credentials, "method">,
  bearer: string | undefined,
): [string, string][] {
  const kept = Object.entries(headers).flatMap(([name, value]) =>
    NOT_FORWARDED.has(name) || name.startsWith(FORWARDED)
      ? []
      : [value ?? []].flat().map((one): [string, string] => [name, one]),
  );
  const own: [string, string][] = [
    ["x-original-path", path.replace(/^\/ctrl(?=\/)/, "")],
    [`${FORWARDED}for`, address],
    [`${FORWARDED}host`, host],
    [`${FORWARDED}proto`, protocol],
  ];
  if (bearer === undefined) return [...kept, ...own];
  return [
    ...kept.map(([name, value]): [string, string] =>
      name === "authorization" ? ["x-original-authorization", value] : [name, value],
    ),
    ...own,
    ["authorization", `Bearer ${bearer}`],
  ];
}
