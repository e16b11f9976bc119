import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Controller } from "../../../controller/index.ts";
import type { Point } from "./doom.ts";
import type { Fate } from "./doomed-controller.ts";

/** Where a controller is reached. */
export type Place = Pick<Controller, "url" | "keys">;

/** A controller that is killed when its fate says so, if it gets that far. */
export class DoomedProcess implements AsyncDisposable {
  /** All that it has passed; the last is where it died. */
  readonly points: Point[] = [];
  readonly up: Promise<Place>;
  /** With the signal that ended it. */
  readonly died: Promise<NodeJS.Signals | null>;
  readonly #kill: () => void;

  constructor(program: string, fate: Fate) {
    const child = spawn(process.execPath, [program, JSON.stringify(fate)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#kill = () => child.kill("SIGKILL");
    this.died = once(child, "close").then(([, signal]) => signal);
    this.up = new Promise((resolve) => {
      createInterface(child.stdout).on("line", (line) => {
        const told = JSON.parse(line) as { point: Point } | Place;
        if ("point" in told) this.points.push(told.point);
        else resolve(told);
      });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#kill();
    await this.died;
  }
}
