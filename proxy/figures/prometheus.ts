import { by, type MetricMakers } from "../../src/shared/figures/metric-makers.ts";
import type { OpenClients } from "../entrance/open-clients.ts";
import { type ReadCertificates, tellCertificates } from "./certificate-gauge.ts";
import { type Figures, REFUSED_CONNECTIONS, UPSTREAM_FAILURES } from "./figures.ts";

/** Where the figures come from, read when somebody asks. */
export interface FigureSources {
  figures: Figures;
  clients: Pick<OpenClients, "open" | "accepted" | "bytes">;
  activity: { readonly open: number; readonly activeBackends: number };
  /** Whether the controller knows of this proxy. */
  isConnected(): boolean;
  /** Undefined where no TLS is served. */
  certificates: ReadCertificates | undefined;
}

/** What Prometheus reads. */
export function tellProxy(
  makers: MetricMakers,
  sources: FigureSources,
  about: Record<string, string>,
): void {
  tellClients(makers, sources);
  tellRequests(makers, sources);
  if (sources.certificates !== undefined) tellCertificates(makers, sources.certificates);
  makers.seconds(
    "hangar_proxy_first_byte_seconds",
    "From a request's head to the first byte of its backend's answer.",
    [],
    () => [[{}, sources.figures.firstByteMs]],
  );
  makers.about("hangar_proxy_info", "Which proxy this is.", about);
}

function tellClients({ counter, counters, gauge }: MetricMakers, sources: FigureSources): void {
  const { figures, clients, isConnected } = sources;
  gauge("hangar_proxy_connected", "1 while the controller knows of this proxy.", () =>
    Number(isConnected()),
  );
  gauge("hangar_proxy_connections_open", "Connections of clients.", () => clients.open);
  counter("hangar_proxy_connections_total", "Connections of clients.", () => clients.accepted);
  counters(
    "hangar_proxy_connections_refused_total",
    "Connections of clients that were closed before they could say anything.",
    ["reason"],
    () =>
      REFUSED_CONNECTIONS.map((reason) => [
        { reason },
        figures.refusedConnections.get(reason) ?? 0,
      ]),
  );
  counters("hangar_proxy_bytes_total", "Bytes on clients' connections.", ["direction"], () =>
    by("direction", Object.entries(clients.bytes())),
  );
}

function tellRequests({ counter, counters, gauge }: MetricMakers, sources: FigureSources): void {
  const { figures, activity } = sources;
  counters("hangar_proxy_requests_total", "Answers, by status.", ["code"], () =>
    [...figures.answersByStatus].map(([status, count]) => [
      { code: status === 0 ? "other" : String(status) },
      count,
    ]),
  );
  gauge(
    "hangar_proxy_requests_open",
    "Requests on their way to a backend or back, and upgraded connections.",
    () => activity.open,
  );
  gauge(
    "hangar_proxy_backends_active",
    "Backends in use, or used since they were last told of.",
    () => activity.activeBackends,
  );
  counter("hangar_proxy_upgrades_total", "Upgraded connections.", () => figures.upgrades);
  gauge("hangar_proxy_upgrades_open", "Upgraded connections.", () => figures.upgradesOpen);
  counters("hangar_proxy_refusals_total", "Requests that went no further, by why.", ["code"], () =>
    by("code", figures.refusals),
  );
  counter(
    "hangar_proxy_malformed_requests_total",
    "What clients sent that was no HTTP, or came too slowly.",
    () => figures.malformedRequests,
  );
  counters(
    "hangar_proxy_upstream_failures_total",
    "Requests that got no answer from their backend.",
    ["kind"],
    () => UPSTREAM_FAILURES.map((kind) => [{ kind }, figures.upstreamFailures.get(kind) ?? 0]),
  );
  counter(
    "hangar_proxy_upstream_connects_total",
    "Connections opened to backends.",
    () => figures.upstreamConnects,
  );
  counter(
    "hangar_proxy_upstream_reuses_total",
    "Requests over one that was open already.",
    () => figures.upstreamReuses,
  );
  counter("hangar_proxy_route_hits_total", "Routes that were known.", () => figures.routeHits);
  counter(
    "hangar_proxy_route_lookups_total",
    "Routes asked of the controller.",
    () => figures.routeLookups,
  );
  counter(
    "hangar_proxy_access_log_lost_total",
    "Lines that the access log could not take.",
    () => figures.accessLogLost,
  );
}
