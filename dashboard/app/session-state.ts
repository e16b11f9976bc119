import { type Signal, signal } from "@preact/signals";
import { HangarError } from "../../src/client/hangar-error.ts";
import type { Session } from "../../src/protocol/api-key.ts";
import type { Api } from "../api/api.ts";

export type SessionState =
  | { readonly kind: "asking" }
  | { readonly kind: "unreachable" }
  | { readonly kind: "signed-out"; readonly because?: string }
  | { readonly kind: "signed-in"; readonly session: Session };

/** Who the controller takes us for. */
export class SessionKeeper {
  readonly state: Signal<SessionState> = signal({ kind: "asking" });

  /** Finds out whether an earlier session goes on. */
  async ask(api: Api): Promise<void> {
    this.state.value = { kind: "asking" };
    try {
      this.state.value = { kind: "signed-in", session: await api.client.whoAmI() };
    } catch (error) {
      const isKnown = error instanceof HangarError && error.code === "unauthorized";
      this.state.value = isKnown ? { kind: "signed-out" } : { kind: "unreachable" };
    }
  }

  async signIn(api: Api, key: string): Promise<void> {
    this.state.value = { kind: "signed-in", session: await api.openSession(key) };
  }

  async signOut(api: Api): Promise<void> {
    await api.closeSession();
    this.state.value = { kind: "signed-out" };
  }

  /** An answer said that the session is over. */
  lose(): void {
    if (this.state.value.kind !== "signed-in") return;
    this.state.value = { kind: "signed-out", because: "Your session has ended. Sign in again." };
  }
}
