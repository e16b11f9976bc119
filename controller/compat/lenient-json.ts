import type { Api } from "../http/http-api.ts";

/** An empty body that calls itself JSON is no body: fetch sends one so where there is nothing to say. */
export function takeEmptyJson(api: Api): void {
  const parse = api.getDefaultJsonParser("ignore", "ignore");
  api.removeContentTypeParser("application/json");
  api.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body === "") done(null, undefined);
    else void parse(request, body.toString(), done);
  });
}
