/** A cluster's name is its public host: `sessions.example.com`, `localhost:9090`, `https://x.example:8443`. */
export interface Cluster {
  /** In lower case and its shortest form, so that of one cluster all say the same. */
  readonly name: string;
  readonly host: string;
  /** Undefined for 443. */
  readonly port: number | undefined;
  readonly scheme: "http" | "https";
  /** The host, with the port unless it is the scheme's own. */
  readonly authority: string;
}

const NAME = /^(?<https>https:\/\/)?(?<host>[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:(?<port>\d{1,5}))?$/;

/**
 * Plain HTTP if and only if the name has another port than 443, as Plane has it, unless the name itself
 * says `https://`.
 */
export function parseCluster(text: string): Cluster {
  const { https, host, port: digits } = NAME.exec(text.toLowerCase())?.groups ?? {};
  const port = digits === undefined ? undefined : Number(digits);
  if (host === undefined || (port !== undefined && (port < 1 || port > 65_535))) {
    throw new RangeError(
      `"${text}" is not a cluster name: expected host, host:port or https://host:port`,
    );
  }
  if (port === undefined || port === 443) {
    return { name: host, host, port: undefined, scheme: "https", authority: host };
  }
  const authority = `${host}:${port}`;
  if (https === undefined) return { name: authority, host, port, scheme: "http", authority };
  return { name: `https://${authority}`, host, port, scheme: "https", authority };
}

/** `http://<label>.<cluster>/<token>/`; without a token for a public backend. */
export function backendUrl(cluster: Cluster, label: string, token: string | null): string {
  return `${cluster.scheme}://${label}.${cluster.authority}/${token === null ? "" : `${token}/`}`;
}
