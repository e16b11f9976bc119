import type { Socket } from "node:net";
import type { Quota } from "./quota.ts";

export interface Admittance {
  onAdmitted(): void;
  onRefused(): void;
}

/** Calls one of the two, at once if it can; what is admitted is released when the socket closes. */
export function admit(
  quota: Quota,
  owner: string,
  socket: Socket,
  { onAdmitted, onRefused }: Admittance,
): void {
  const enter = (isGranted: boolean) => {
    if (!isGranted) {
      onRefused();
      socket.destroy();
    } else if (socket.destroyed) quota.release(owner);
    else {
      socket.once("close", () => quota.release(owner));
      onAdmitted();
    }
  };
  const taken = quota.take(owner);
  if (typeof taken === "boolean") enter(taken);
  else void taken.then(enter);
}
