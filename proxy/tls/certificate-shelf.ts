import type { Certificate } from "./certificate.ts";
import { chooseCertificate } from "./choose-certificate.ts";

/** What is served at the moment. Whoever gets certificates, from files or a CA, puts them here. */
export class CertificateShelf {
  #certificates: readonly Certificate[] = [];
  readonly #listeners = new Set<() => void>();

  /** The first of them serves clients that name no server. */
  get certificates(): readonly Certificate[] {
    return this.#certificates;
  }

  put(certificates: readonly Certificate[]): void {
    this.#certificates = certificates;
    for (const listener of this.#listeners) listener();
  }

  choose(serverName: string): Certificate | undefined {
    return chooseCertificate(this.#certificates, serverName);
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }
}
