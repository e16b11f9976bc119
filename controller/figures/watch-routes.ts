import type { Api } from "../http/http-api.ts";
import type { Figures } from "./figures.ts";

/** Counts what each route is asked, those that come later too. An answer costs a search and three additions. */
export function watchRoutes(api: Api, figures: Figures): void {
  api.addHook("onRoute", (route) => {
    if (route.websocket === true) return;
    const tally = figures.route([route.method].flat().join(","), route.url);
    route.onResponse = [
      ...listOf(route.onResponse),
      (_request, reply, done) => {
        tally.answered(reply.statusCode, reply.elapsedTime);
        done();
      },
    ];
    if (route.config?.stream !== true) return;
    route.preHandler = [
      ...listOf(route.preHandler),
      (_request, reply, done) => {
        figures.streamsOpen += 1;
        // Also of those that go away: they are never answered to the end.
        reply.raw.once("close", () => {
          figures.streamsOpen -= 1;
          if (!reply.raw.writableFinished) {
            tally.answered(reply.raw.statusCode, reply.elapsedTime);
          }
        });
        done();
      },
    ];
  });
}

function listOf<Hook>(hooks: Hook | Hook[] | undefined): Hook[] {
  return hooks === undefined ? [] : ([hooks].flat() as Hook[]);
}
