import { answerError } from "../../http/answer-error.ts";
import type { Api, HttpApiDeps } from "../../http/http-api.ts";
import { takeEmptyJson } from "../lenient-json.ts";
import { ctrlRoutes } from "./ctrl-routes.ts";
import { planeError } from "./plane-error.ts";
import { pubRoutes } from "./pub-routes.ts";

/** Plane's HTTP API, as its clients use it: `/pub` for anybody, `/ctrl` with a key. */
export function planeRoutes(api: Api, deps: HttpApiDeps): void {
  api.setErrorHandler(answerError(deps, planeError));
  takeEmptyJson(api);
  pubRoutes(api, deps);
  ctrlRoutes(api, deps);
}
