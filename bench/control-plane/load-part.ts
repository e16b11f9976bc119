import { type LoadOrder, type LoadResult, runLoad } from "./load-run.ts";
import { serveOrders } from "./part.ts";

serveOrders<LoadOrder, LoadResult>(runLoad);
