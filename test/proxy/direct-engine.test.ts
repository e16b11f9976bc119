import { createDirectEngine } from "../../proxy/engines/direct-engine.ts";
import { engineConformance } from "./engine-conformance.ts";

engineConformance(createDirectEngine);
