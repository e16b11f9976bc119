import type { EngineName } from "../config.ts";
import type { CreateEngine, Engine, EngineDeps, EngineOptions } from "../engine.ts";
import { createDirectEngine } from "./direct-engine.ts";
import { enginesByProtocol } from "./engines-by-protocol.ts";
import { createHttpProxyEngine } from "./http-proxy-engine.ts";
import { createHttp2Engine } from "./http2-engine.ts";

const HTTP1: Record<EngineName, CreateEngine> = {
  direct: createDirectEngine,
  "http-proxy": createHttpProxyEngine,
};

/** The engine for HTTP/1.1 that is wanted, and the one for HTTP/2 beside it. */
export function createEngines(
  deps: EngineDeps,
  name: EngineName = "direct",
  options: EngineOptions,
): Engine {
  return enginesByProtocol(HTTP1[name](deps, options), createHttp2Engine(deps, options));
}
