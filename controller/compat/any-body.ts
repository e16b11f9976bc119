import type { Api } from "../http/http-api.ts";

/** For routes whose body says nothing, whatever it is. */
export function takeAnyBody(api: Api): void {
  api.removeAllContentTypeParsers();
  api.addContentTypeParser("*", { parseAs: "string" }, (_request, _body, done) => done(null));
}
