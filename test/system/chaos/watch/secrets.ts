import type { Recorder } from "../recorder.ts";

/** What must not stand anywhere: the secrets that were planted, and whatever has the form of a token. */
const FORMS: Record<string, RegExp> = {
  "a connection token": /hct_[A-Za-z0-9]{40}/g,
  "a static token": /hst_[A-Za-z0-9]{40}/g,
  "an API key": /hak_[A-Za-z0-9]{40}/g,
  "a secret token": /hsec_[A-Za-z0-9]{40}/g,
};
const AROUND = 80;
/** A secret that is in every line need not be told of a thousand times. */
const TOLD_AT_MOST = 5;

export class Secrets {
  readonly #recorder: Recorder;
  readonly #planted: ReadonlyMap<string, string>;
  readonly #told = new Map<string, number>();
  #texts = 0;

  /** Planted: by what they are, such as `an env value`. */
  constructor(recorder: Recorder, planted: Record<string, string>) {
    this.#recorder = recorder;
    this.#planted = new Map(Object.entries(planted));
  }

  search(text: string, where: string): void {
    this.#texts++;
    for (const [what, value] of this.#planted) {
      const at = text.indexOf(value);
      if (at >= 0) this.#tell(what, where, text, at);
    }
    for (const [what, form] of Object.entries(FORMS)) {
      for (const { index } of text.matchAll(form)) this.#tell(what, where, text, index);
    }
  }

  /** Says how much was searched. */
  close(): void {
    this.#recorder.record({ kind: "searched", texts: this.#texts });
  }

  #tell(secret: string, where: string, text: string, at: number): void {
    const told = (this.#told.get(`${secret} ${where}`) ?? 0) + 1;
    this.#told.set(`${secret} ${where}`, told);
    if (told > TOLD_AT_MOST) return;
    const excerpt = text.slice(Math.max(0, at - AROUND), at + AROUND).replaceAll("\n", " ");
    this.#recorder.record({ kind: "leak", secret, where, excerpt });
  }
}
