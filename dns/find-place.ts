/** Where a name stands: whose zone it is in, and whose challenge it is, if one's. */
export interface Place {
  readonly apex: string;
  readonly domain: string | undefined;
}

const CHALLENGE = "_acme-challenge.";
const DOMAIN = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

/**
 * `_acme-challenge.<cluster>` is a zone of its own, for who delegates that very name; `<cluster>.<zone>`
 * is for who has a CNAME lead there. Undefined for whatever is not ours.
 */
export function findPlace(name: string, zone: string | undefined): Place | undefined {
  const lower = name.toLowerCase().replace(/\.$/, "");
  if (zone !== undefined && lower === zone) return { apex: zone, domain: undefined };
  if (zone !== undefined && lower.endsWith(`.${zone}`)) {
    return { apex: zone, domain: domainOf(lower.slice(0, -zone.length - 1)) };
  }
  if (!lower.startsWith(CHALLENGE)) return undefined;
  const domain = domainOf(lower.slice(CHALLENGE.length));
  return domain === undefined ? undefined : { apex: lower, domain };
}

function domainOf(text: string): string | undefined {
  return DOMAIN.test(text) ? text : undefined;
}
