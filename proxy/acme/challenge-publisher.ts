import type { CertificateDesk } from "./certificate-desk.ts";
import { runHook } from "./run-hook.ts";

/** Makes the CA find the proof that the domain is ours, as TXT records of `_acme-challenge.<domain>`. */
export interface ChallengePublisher {
  /** Resolves once they can be found. */
  publish(values: readonly string[], signal: AbortSignal): Promise<void>;
  /** Takes back what was published, as far as it was. */
  retract(): Promise<void>;
}

/** By `hangar dns`, which asks the controller. What is set ends with the lease in any case. */
export function publishAtDesk(desk: Pick<CertificateDesk, "setChallenge">): ChallengePublisher {
  return {
    publish: (values, signal) => desk.setChallenge(values, signal),
    async retract() {
      await desk.setChallenge([], new AbortController().signal);
    },
  };
}

/** By a command of the operator's, once for each value, one after the other. */
export function publishByHook(command: string, domain: string): ChallengePublisher {
  const name = `_acme-challenge.${domain}`;
  const published: string[] = [];
  return {
    async publish(values, signal) {
      for (const value of values) {
        // Before it is tried: what failed half-way is to be cleaned up too.
        published.push(value);
        await runHook(command, { verb: "present", name, value }, signal);
      }
    },
    async retract() {
      const never = new AbortController().signal;
      const retracted = await Promise.allSettled(
        published
          .splice(0)
          .map((value) => runHook(command, { verb: "cleanup", name, value }, never)),
      );
      const failed = retracted.find(({ status }) => status === "rejected");
      if (failed?.status === "rejected") throw failed.reason;
    },
  };
}
