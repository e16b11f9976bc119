import type { TracingConfig } from "../src/shared/tracing/tracing.ts";

/** What moves the bytes: our own, and the one on Node's own HTTP parser. */
export const ENGINE_NAMES = ["direct", "http-proxy"] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** Everything a proxy needs to know, read once by whoever starts it. */
export interface ProxyConfig {
  /** http or https. */
  controllerUrl: string;
  /** An API key of scope proxy. */
  key: string;
  name: string;
  cluster: string;
  host: string;
  /** 0 for any free port. */
  port: number;
  /** Where the cluster's bare host leads; without it, nowhere. */
  rootRedirect?: string;
  /** Default: plain HTTP, as behind a front proxy that ends TLS. */
  tls?: TlsConfig;
  /** A plain listener there sends everybody to HTTPS. 0 for any free port. */
  httpRedirectPort?: number;
  /** The drone of this host: its backends are dialled on the bridge, not by their published port. */
  localDrone?: string;
  /** CIDRs of front proxies whose X-Forwarded-* and PROXY headers are believed. */
  trustedProxies: readonly string[];
  /** Default: direct. */
  engine?: EngineName;
  /** How long a request waits for a backend that is still starting. Default: 60,000. */
  holdLimitMs?: number;
  /** Default: ACTIVITY_INTERVAL_MS. */
  activityIntervalMs?: number;
  /** How long open sockets may live on after a stop was asked for. Default: 10,000. */
  drainMs?: number;
  /** How long a backend may take to begin its answer. Default: no limit. */
  answerTimeoutMs?: number;
  /** Client connections in all; more are closed at once. Default: 16,384. */
  maxConnections?: number;
  /** Of one client address, or one IPv6 /64; front proxies that are trusted have no limit. Default: 1,024. */
  maxConnectionsPerAddress?: number;
  /** Where figures are told; without it, nowhere. */
  figures?: { host: string; port: number };
  /** Where traces are sent; without it there are none. */
  tracing?: TracingConfig;
  /** A file that a line for each request is appended to; "-" for the standard output. */
  accessLog?: string;
  /** Every connection must come from a trusted front proxy and begin with a PROXY header. Default: false. */
  proxyProtocol?: boolean;
}

/** Where the certificates come from. */
export type TlsConfig =
  /** At least one; the first is for clients that name no server. */
  { readonly kind: "files"; readonly files: readonly CertificateFile[] } | AcmeConfig;

/** From a CA, for the cluster's host and all names one label below it. */
export interface AcmeConfig {
  readonly kind: "acme";
  /** URL of the CA's directory. */
  readonly directory: string;
  /** Where the CA may write to. */
  readonly email?: string;
  /** External Account Binding: what the CA has given to its customer. */
  readonly binding?: { readonly kid: string; readonly hmacKey: string };
  /** PEM of what signs the CA's own HTTPS. Default: what Node trusts. */
  readonly trustedCa?: string;
  /** A command that puts TXT records where the CA looks. Default: `hangar dns` answers. */
  readonly hook?: string;
  /** Default: 2,000 ms. */
  readonly pollIntervalMs?: number;
}

/** A PEM file of each; the chain follows its certificate. */
export interface CertificateFile {
  readonly certFile: string;
  readonly keyFile: string;
}
