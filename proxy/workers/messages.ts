import type { ProxyToController } from "../../src/protocol/proxy-messages.ts";
import type { ProxyConfig } from "../config.ts";
import type { ToldFigures } from "../figures/sum-figures.ts";
import type { ControllerNews } from "../link.ts";

/** What a worker says to the controller, by way of the primary, which greets it for all. */
export type Said = Exclude<ProxyToController, { type: "hello" }>;

export type Limit = "all" | "perAddress";

/** The limits of the whole proxy. */
export type Limits = Readonly<Record<Limit, number>>;

export interface WorkerStart {
  readonly version: string;
  readonly config: ProxyConfig;
  readonly logLevel: string;
  /** Of each limit, what is the worker's own. */
  readonly shares: Limits;
  /** It takes a place among others that serve: it begins to when it can do it as well. */
  readonly waitUntilFit: boolean;
}

/** From the primary to a worker. Both run the same code on one machine, so nothing is checked. */
export type ToWorker =
  | { readonly type: "start"; readonly start: WorkerStart }
  | { readonly type: "connected"; readonly connected: boolean }
  | { readonly type: "news"; readonly news: ControllerNews }
  | { readonly type: "lent"; readonly id: number; readonly granted: boolean }
  | { readonly type: "tell-figures" }
  /** Gently: others take over, and no client is to notice more than it must. */
  | { readonly type: "leave"; readonly gently: boolean };

export type ToPrimary = OfItsStart | ToldPrimary;

type OfItsStart =
  | { readonly type: "online" }
  | { readonly type: "ready"; readonly port: number }
  /** `code` is the errno at the bottom of it, if there is one. */
  | { readonly type: "failed"; readonly problem: string; readonly code?: string };

export type ToldPrimary =
  /** The worker's proxy is there; it is to be told whether the controller is. */
  | { readonly type: "attach" }
  | { readonly type: "say"; readonly message: Said }
  | { readonly type: "borrow"; readonly id: number; readonly limit: Limit; readonly owner: string }
  | { readonly type: "give-back"; readonly limit: Limit; readonly owner: string }
  | { readonly type: "figures"; readonly figures: ToldFigures };
