import { createHttpProxyEngine } from "../../proxy/engines/http-proxy-engine.ts";
import { engineConformance } from "./engine-conformance.ts";

engineConformance(createHttpProxyEngine);
