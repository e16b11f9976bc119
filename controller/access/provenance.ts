/** What a browser says of where a request comes from. Other clients say nothing of it. */
export interface Provenance {
  host: string | undefined;
  origin: string | undefined;
  /** Sec-Fetch-Site */
  site: string | undefined;
  forwardedProto: string | undefined;
}

/**
 * Whether a page that is not the controller's own has sent it. A backend's page is of the same site when
 * its cluster is a neighbour of the controller's name, so that SameSite alone does not keep it out.
 */
export function isForeign({ host, origin, site }: Provenance, publicUrl: string): boolean {
  if (site !== undefined && site !== "same-origin" && site !== "none") return true;
  if (origin === undefined) return false;
  if (!URL.canParse(origin)) return true;
  const from = new URL(origin).host;
  return from !== host?.toLowerCase() && from !== new URL(publicUrl).host;
}

/**
 * How the browser reaches the controller, as far as can be known. Nobody gains by a lie: who tells one gets
 * a cookie that their browser does not send.
 */
export function schemeOf(
  { host, forwardedProto }: Provenance,
  publicUrl: string,
): "http" | "https" {
  const proto = forwardedProto?.split(",", 1)[0]?.trim().toLowerCase();
  if (proto === "https" || proto === "http") return proto;
  const url = new URL(publicUrl);
  return url.protocol === "https:" && url.host === host?.toLowerCase() ? "https" : "http";
}
