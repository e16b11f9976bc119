/** Everything the responder needs to know, read once by whoever starts it. */
export interface DnsConfig {
  /** http or https. */
  controllerUrl: string;
  /** An API key of scope proxy. */
  key: string;
  host: string;
  /** 0 for any free port. */
  port: number;
  /** A zone that is delegated here, with `<cluster>.<zone>` for each cluster. */
  zone?: string;
  /** This server's own name, as the delegation has it; it must not be within the zone. */
  nameServer?: string;
}
