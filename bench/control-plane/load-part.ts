import { serveOrders } from "../part.ts";
import { type LoadOrder, type LoadResult, runLoad } from "./load-run.ts";

serveOrders<LoadOrder, LoadResult>(runLoad);
