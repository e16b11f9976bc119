import { openProcessBench } from "./process-bench.ts";
import { runtimeConformance } from "./runtime-conformance.ts";

runtimeConformance(openProcessBench);
