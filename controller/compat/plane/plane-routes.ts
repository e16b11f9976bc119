import { answerError } from "../../http/answer-error.ts";
import type { Api, HttpApiDeps } from "../../http/http-api.ts";
import { refuseUnknown } from "../../http/known-paths.ts";
import { takeEmptyJson } from "../lenient-json.ts";
import { ctrlRoutes } from "./ctrl-routes.ts";
import { planeError } from "./plane-error.ts";
import { pubRoutes } from "./pub-routes.ts";

/** Plane's HTTP API, as its clients use it: `/pub` for anybody, `/ctrl` with a key. */
export function planeRoutes(api: Api, deps: HttpApiDeps): void {
  api.setErrorHandler(answerError(deps, planeError));
  takeEmptyJson(api);
  for (const prefix of ["/ctrl", "/pub"]) refuseUnknown(api, prefix);
  pubRoutes(api, deps);
  ctrlRoutes(api, deps);
}
