import swagger from "@fastify/swagger";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import websocket from "@fastify/websocket";
import fastify, { type FastifyInstance } from "fastify";
import { ApiError } from "../../src/protocol/errors.ts";
import type { Clock } from "../../src/shared/clock.ts";
import type { FigureBook } from "../../src/shared/figures/figure-book.ts";
import type { Log } from "../../src/shared/log.ts";
import type { ChangeFeed } from "../change-feed.ts";
import type { ConnectDeps } from "../connect/connect.ts";
import type { Figures } from "../figures/figures.ts";
import { watchRoutes } from "../figures/watch-routes.ts";
import type { Store } from "../store/store.ts";
import { answerError } from "./answer-error.ts";
import type { Authorize } from "./authorize.ts";
import { acmeRoutes } from "./routes/acme-routes.ts";
import { backendRoutes } from "./routes/backend-routes.ts";
import { connectRoute } from "./routes/connect-route.ts";
import { controllerRoutes } from "./routes/controller-routes.ts";
import { droneRoutes } from "./routes/drone-routes.ts";
import { healthRoutes } from "./routes/health-routes.ts";
import { leaseRoutes } from "./routes/lease-routes.ts";
import { metricsRoute } from "./routes/metrics-route.ts";
import { proxyRoutes } from "./routes/proxy-routes.ts";
import { statusRoutes } from "./routes/status-routes.ts";
import { compileValidation } from "./validation.ts";

export interface HttpApiDeps {
  store: Store;
  changes: ChangeFeed;
  clock: Clock;
  log: Log;
  authorize: Authorize;
  connect: ConnectDeps;
  figures: Figures;
  /** What `/metrics` tells. */
  book: FigureBook;
  version: string;
  droneUnhealthyMs: number;
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
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true },
  }).withTypeProvider<TypeBoxTypeProvider>();
  api.setValidatorCompiler(compileValidation);
  api.setErrorHandler(answerError(deps));
  watchRoutes(api, deps.figures);
  api.setNotFoundHandler((request) => {
    throw new ApiError("not-found", `there is no ${request.method} ${request.url.split("?")[0]}`);
  });
  await api.register(websocket, { options: { maxPayload: 8 * MAX_BODY_BYTES } });
  await api.register(swagger, { openapi: openApiHead(deps.version) });
  await api.register((scope, _options, done) => {
    healthRoutes(scope, deps);
    done();
  });
  await api.register((scope, _options, done) => {
    statusRoutes(scope, deps);
    done();
  });
  await api.register((scope, _options, done) => {
    scope.addHook("onRequest", async (request) => {
      await deps.authorize(request.headers.authorization, "admin");
    });
    connectRoute(scope, deps);
    backendRoutes(scope, deps);
    leaseRoutes(scope, deps);
    droneRoutes(scope, deps);
    controllerRoutes(scope, deps);
    proxyRoutes(scope, deps);
    metricsRoute(scope, deps);
    done();
  });
  await api.register((scope, _options, done) => {
    scope.addHook("onRequest", async (request) => {
      await deps.authorize(request.headers.authorization, "proxy");
    });
    acmeRoutes(scope, deps);
    done();
  });
  return api;
}

function openApiHead(version: string) {
  return {
    openapi: "3.1.0",
    info: {
      title: "Hangar",
      version,
      description: "One live, stateful backend per key, with a URL of its own.",
    },
    components: { securitySchemes: { apiKey: { type: "http" as const, scheme: "bearer" } } },
  };
}
