/** A cluster's name is its public host: `sessions.example.com`, `localhost:9090`. */
export interface Cluster {
  /** Lower-case, with the port unless it is the scheme's own. */
  readonly name: string;
  readonly host: string;
  readonly port: number | undefined;
  readonly scheme: "http" | "https";
}

const NAME = /^(?<host>[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:(?<port>\d{1,5}))?$/;

/** Plain HTTP if and only if the name has another port than 443, as Plane has it. */
export function parseCluster(text: string): Cluster {
  const { host, port: digits } = NAME.exec(text.toLowerCase())?.groups ?? {};
  const port = digits === undefined ? undefined : Number(digits);
  if (host === undefined || (port !== undefined && (port < 1 || port > 65_535))) {
    throw new RangeError(`"${text}" is not a cluster name: expected host or host:port`);
  }
  if (port === undefined || port === 443) {
    return { name: host, host, port: undefined, scheme: "https" };
  }
  return { name: `${host}:${port}`, host, port, scheme: "http" };
}

/** `http://<label>.<cluster>/<token>/`; without a token for a public backend. */
export function backendUrl(cluster: Cluster, label: string, token: string | null): string {
  return `${cluster.scheme}://${label}.${cluster.name}/${token === null ? "" : `${token}/`}`;
}
