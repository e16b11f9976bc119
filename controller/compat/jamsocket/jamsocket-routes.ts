import { answerError } from "../../http/answer-error.ts";
import type { Api, HttpApiDeps } from "../../http/http-api.ts";
import { refuseUnknown } from "../../http/known-paths.ts";
import { takeEmptyJson } from "../lenient-json.ts";
import { backendRoutes } from "./backend-routes.ts";
import { connectRoutes } from "./connect-routes.ts";
import { jamsocketError } from "./jamsocket-error.ts";
import { loginRoutes } from "./login-routes.ts";
import { serviceRoutes } from "./service-routes.ts";
import { statusRoutes } from "./status-routes.ts";
import { streamRoutes } from "./stream-routes.ts";
import { terminateBackendsRoute } from "./terminate-backends-route.ts";
import { v1Routes } from "./v1-routes.ts";

/** Jamsocket's HTTP API, as its command and its libraries use it. */
export function jamsocketRoutes(api: Api, deps: HttpApiDeps): void {
  api.setErrorHandler(answerError(deps, jamsocketError));
  takeEmptyJson(api);
  // Their command compares the type as a whole, and takes none with a charset.
  api.addHook("onSend", async (_request, reply) => {
    const type = reply.getHeader("content-type");
    if (String(type).startsWith("application/json")) {
      reply.header("content-type", "application/json");
    }
  });
  for (const prefix of ["/v2", "/backend", "/service", "/user", "/v1/user"]) {
    refuseUnknown(api, prefix);
  }
  for (const routes of [
    statusRoutes,
    loginRoutes,
    connectRoutes,
    serviceRoutes,
    backendRoutes,
    streamRoutes,
    terminateBackendsRoute,
    v1Routes,
  ]) {
    routes(api, deps);
  }
}
