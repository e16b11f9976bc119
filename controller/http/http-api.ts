import swagger, { type SwaggerTransformObject } from "@fastify/swagger";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import websocket from "@fastify/websocket";
import fastify, { type FastifyInstance } from "fastify";
import type { Clock } from "../../src/shared/clock.ts";
import type { FigureBook } from "../../src/shared/figures/figure-book.ts";
import type { Log } from "../../src/shared/log.ts";
import type { ChangeFeed } from "../change-feed.ts";
import { jamsocketRoutes } from "../compat/jamsocket/jamsocket-routes.ts";
import { planeRoutes } from "../compat/plane/plane-routes.ts";
import type { ConnectDeps } from "../connect/connect.ts";
import type { EventFeed } from "../events/event-feed.ts";
import type { Figures } from "../figures/figures.ts";
import { watchRoutes } from "../figures/watch-routes.ts";
import type { Store } from "../store/store.ts";
import type { StreamHub } from "../streams/stream-hub.ts";
import { answerError } from "./answer-error.ts";
import { answerClientError } from "./client-error.ts";
import { builtDashboard, dashboardRoom } from "./dashboard-room.ts";
import type { SpawnDefaults } from "./fill-spawn.ts";
import { type ApiLimits, limitConnections, timeoutsOf } from "./front-door.ts";
import { type GuardDeps, guard } from "./guard.ts";
import { refuseUnknown, rememberPaths } from "./known-paths.ts";
import { completeDocument, documentHead } from "./openapi/api-document.ts";
import { describeRoute } from "./openapi/describe-route.ts";
import { docsRoutes } from "./openapi/docs-routes.ts";
import type { JsonObject } from "./openapi/hoist-schemas.ts";
import { acmeRoutes } from "./routes/acme-routes.ts";
import { apiKeyRoutes } from "./routes/api-key-routes.ts";
import { auditRoute } from "./routes/audit-route.ts";
import { backendRoutes } from "./routes/backend-routes.ts";
import { clusterRoute } from "./routes/cluster-route.ts";
import { connectRoute } from "./routes/connect-route.ts";
import { controllerRoutes } from "./routes/controller-routes.ts";
import { droneRoutes } from "./routes/drone-routes.ts";
import { eventRoutes } from "./routes/event-routes.ts";
import { figuresRoute } from "./routes/figures-route.ts";
import { healthRoutes } from "./routes/health-routes.ts";
import { leaseRoutes } from "./routes/lease-routes.ts";
import { logRoutes } from "./routes/log-routes.ts";
import { metricsRoutes } from "./routes/metrics-routes.ts";
import { proxyRoutes } from "./routes/proxy-routes.ts";
import { serviceRoutes } from "./routes/service-routes.ts";
import { sessionRoutes } from "./routes/session-routes.ts";
import { statusRoutes } from "./routes/status-routes.ts";
import { tokenRoutes } from "./routes/token-routes.ts";
import { compileValidation } from "./validation.ts";

export interface HttpApiDeps {
  store: Store;
  changes: ChangeFeed;
  clock: Clock;
  log: Log;
  access: GuardDeps;
  /** Those whose X-Forwarded-For is believed. Default: none. */
  trustedProxies?: readonly string[] | undefined;
  connect: ConnectDeps;
  figures: Figures;
  /** What `/metrics` tells. */
  book: FigureBook;
  events: EventFeed;
  streams: StreamHub;
  limits: ApiLimits;
  version: string;
  droneUnhealthyMs: number;
  spawnDefaults?: SpawnDefaults | undefined;
}

export type Api = FastifyInstance<
  import("node:http").Server,
  import("node:http").IncomingMessage,
  import("node:http").ServerResponse,
  import("fastify").FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Env and auth objects may be large, but a request is never a file. */
const MAX_BODY_BYTES = 1_048_576;

/** The REST API, not yet listening. */
export async function httpApi(deps: HttpApiDeps): Promise<Api> {
  const api = fastify({
    bodyLimit: MAX_BODY_BYTES,
    // Validation refuses what must not be kept, and says which field it is.
    onProtoPoisoning: "ignore",
    onConstructorPoisoning: "ignore",
    requestTimeout: deps.limits.requestTimeoutMs,
    http: timeoutsOf(deps.limits),
    clientErrorHandler: answerClientError(deps),
    // What comes while it closes is answered as ever, not in words of Fastify's own.
    return503OnClosing: false,
    forceCloseConnections: true,
    trustProxy: deps.trustedProxies === undefined ? false : [...deps.trustedProxies],
    routerOptions: { ignoreTrailingSlash: true },
    // What no route is even looked for.
    frameworkErrors: (error, request, reply) => void answerError(deps)(error, request, reply),
  }).withTypeProvider<TypeBoxTypeProvider>();
  api.removeContentTypeParser("text/plain");
  limitConnections(api.server, deps.limits, deps);
  api.setValidatorCompiler(compileValidation);
  api.setErrorHandler(answerError(deps));
  watchRoutes(api, deps.figures);
  rememberPaths(api);
  refuseUnknown(api);
  await api.register(websocket, { options: { maxPayload: 8 * MAX_BODY_BYTES } });
  await api.register(swagger, {
    openapi: documentHead(deps.version),
    convertConstToEnum: false,
    transform: describeRoute,
    transformObject: completed,
  });
  guard(api, deps.access);
  healthRoutes(api, deps);
  docsRoutes(api);
  await api.register((scope, _options, done) => {
    dashboardRoom(scope, builtDashboard());
    done();
  });
  await api.register((scope, _options, done) => {
    statusRoutes(scope, deps);
    done();
  });
  connectRoute(api, deps);
  backendRoutes(api, deps);
  leaseRoutes(api, deps);
  tokenRoutes(api, deps);
  droneRoutes(api, deps);
  controllerRoutes(api, deps);
  eventRoutes(api, deps);
  logRoutes(api, deps);
  metricsRoutes(api, deps);
  proxyRoutes(api, deps);
  figuresRoute(api, deps);
  serviceRoutes(api, deps);
  clusterRoute(api, deps);
  apiKeyRoutes(api, deps);
  sessionRoutes(api, deps);
  auditRoute(api, deps);
  acmeRoutes(api, deps);
  for (const theirs of [planeRoutes, jamsocketRoutes]) {
    await api.register((scope, _options, done) => {
      theirs(scope, deps);
      done();
    });
  }
  return api;
}

const completed: SwaggerTransformObject = (made) => {
  if (!("openapiObject" in made)) throw new Error("the document is OpenAPI 3, not Swagger 2");
  return completeDocument(made.openapiObject as JsonObject);
};
