/** The header tells whole seconds, so a smaller difference means nothing. */
const RESOLUTION_MS = 1_500;

/** How far this machine's clock is behind the controller's, by an answer's Date header; 0 if they agree. */
export function skewMs(dateHeader: string | null, receivedAt: number): number {
  const told = Date.parse(dateHeader ?? "");
  if (Number.isNaN(told)) return 0;
  const difference = told - receivedAt;
  return Math.abs(difference) < RESOLUTION_MS ? 0 : difference;
}

/** Times in answers are the controller's; ages and count-downs must be by its clock, not by the browser's. */
export class ServerClock {
  #skewMs = 0;

  hear(response: Response): void {
    this.#skewMs = skewMs(response.headers.get("date"), Date.now());
  }

  now(): number {
    return Date.now() + this.#skewMs;
  }
}
