import { ApiError } from "../../src/protocol/errors.ts";
import type { Api } from "./http-api.ts";

declare module "fastify" {
  interface FastifyInstance {
    /** With which methods a path is known. Empty: with none. */
    methodsOf(path: string): readonly string[];
  }
}

/** Notes every route that comes after it, for what no route takes to be told what would have been taken. */
export function rememberPaths(api: Api): void {
  const methodsByUrl = new Map<string, { fits: RegExp; methods: Set<string> }>();
  api.addHook("onRoute", ({ url, method }) => {
    const known = methodsByUrl.get(url) ?? { fits: patternOf(url), methods: new Set() };
    for (const each of [method].flat()) known.methods.add(each);
    methodsByUrl.set(url, known);
  });
  api.decorate("methodsOf", (path) => {
    const fitting = [...methodsByUrl.values()].filter(({ fits }) => fits.test(path));
    return [...new Set(fitting.flatMap(({ methods }) => [...methods]))].sort();
  });
}

/** A route's path as requests name it: each parameter one part, a star any rest. */
export function patternOf(url: string): RegExp {
  const parts = url.split(/(:\w+|\*)/).map((part) => {
    if (part.startsWith(":")) return "[^/]+";
    return part === "*" ? ".*" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}/?$`);
}

/** Refuses, below this prefix, what no route takes, in the words of its scope. */
export function refuseUnknown(api: Api, prefix = ""): void {
  const refuse = (scope: Api) =>
    scope.setNotFoundHandler((request, reply) => {
      const path = request.url.split("?", 1)[0] ?? "";
      const methods = api.methodsOf(path);
      if (methods.length === 0) {
        throw new ApiError("not-found", `there is no ${request.method} ${path}`);
      }
      const allow = methods.join(", ");
      reply.header("allow", allow);
      throw new ApiError("method-not-allowed", `${path} takes ${allow}, not ${request.method}`);
    });
  if (prefix === "") {
    refuse(api);
    return;
  }
  void api.register(
    (scope, _options, done) => {
      refuse(scope);
      done();
    },
    { prefix },
  );
}
