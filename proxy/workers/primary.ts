import type { Clock } from "../../src/shared/clock.ts";
import { Activity } from "../activity.ts";
import type { ControllerNews, LinkHandlers, ProxyLink } from "../link.ts";
import type { Lenders } from "./lenders.ts";
import type { Said, ToldPrimary, ToWorker } from "./messages.ts";
import { RouteDesk } from "./route-desk.ts";
import { SummedActivity } from "./summed-activity.ts";

export interface PrimaryDeps {
  clock: Clock;
  lenders: Lenders;
  openLink(handlers: LinkHandlers): ProxyLink;
  send(worker: number, message: ToWorker): void;
  sendAll(message: ToWorker): void;
}

/** Between the workers and the controller: to it they are one proxy, and to them it is as near as if each had dialled it. */
export class Primary {
  readonly activity: Activity;
  readonly link: ProxyLink;
  readonly #deps: PrimaryDeps;
  readonly #summed: SummedActivity;
  readonly #routes = new RouteDesk();
  readonly #attached = new Set<number>();

  constructor(deps: PrimaryDeps) {
    this.#deps = deps;
    this.activity = new Activity({
      clock: deps.clock,
      send: (message) => this.link.send(message),
    });
    this.#summed = new SummedActivity(this.activity);
    this.link = deps.openLink({
      onWelcome: () => this.#onConnection(true),
      onNews: (news) => this.#onNews(news),
      onDown: () => this.#onConnection(false),
    });
  }

  receive(worker: number, message: Exclude<ToldPrimary, { type: "figures" }>): void {
    const { lenders, send } = this.#deps;
    switch (message.type) {
      case "attach":
        this.#attached.add(worker);
        send(worker, { type: "connected", connected: this.link.connected });
        break;
      case "say":
        this.#onSaid(worker, message.message);
        break;
      case "borrow": {
        const granted = lenders.lend(message.limit, worker, message.owner);
        send(worker, { type: "lent", id: message.id, granted });
        break;
      }
      case "give-back":
        lenders.giveBack(message.limit, worker, message.owner);
        break;
      default:
        message satisfies never;
    }
  }

  /** It is gone, and with it all that it had open. */
  forget(worker: number): void {
    this.#attached.delete(worker);
    this.#summed.forget(worker);
    this.#deps.lenders.forget(worker);
  }

  /** What has changed, and how busy all of them are. */
  report(): void {
    this.activity.report(this.#summed.load);
  }

  #onSaid(worker: number, message: Said): void {
    switch (message.type) {
      case "activity":
        this.#summed.hear(worker, message);
        // Only now is it certain what it let in before it heard of the connection: see onWelcome.
        if (message.complete === true) this.activity.reportAll();
        break;
      case "route-request":
        this.link.send(this.#routes.numbered(worker, message));
        break;
      default:
        message satisfies never;
    }
  }

  #onConnection(connected: boolean): void {
    if (connected) this.activity.reportAll();
    else this.#routes.clear();
    for (const worker of this.#attached) this.#deps.send(worker, { type: "connected", connected });
  }

  #onNews(news: ControllerNews): void {
    switch (news.type) {
      case "route-response": {
        const answered = this.#routes.answered(news);
        if (answered !== undefined)
          this.#deps.send(answered.worker, { type: "news", news: answered.news });
        break;
      }
      case "backend-changed":
      case "tokens-revoked":
        this.#deps.sendAll({ type: "news", news });
        break;
      default:
        news satisfies never;
    }
  }
}
