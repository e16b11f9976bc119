import { type FSWatcher, watch } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import type { CertificateFile } from "../config.ts";
import { type Certificate, type KeyPair, readCertificate } from "./certificate.ts";
import type { CertificateShelf } from "./certificate-shelf.ts";

export interface CertificateFilesDeps {
  clock: Clock;
  log: Log;
  shelf: CertificateShelf;
}

/** Where nothing tells of changes, as on some network file systems, they are looked for this often. */
const POLL_INTERVAL_MS = 30_000;
/** Both files of a pair change, one after the other. */
const SETTLE_MS = 500;

/** Serves certificates from files, and their successors when the files change. */
export class CertificateFiles implements AsyncDisposable {
  readonly #deps: CertificateFilesDeps;
  readonly #files: readonly CertificateFile[];
  readonly #stop = new AbortController();
  readonly #watchers: FSWatcher[];
  readonly #loop: Promise<void>;
  #touched = new AbortController();
  #lastProblem = "";

  private constructor(deps: CertificateFilesDeps, files: readonly CertificateFile[]) {
    this.#deps = deps;
    this.#files = files;
    this.#watchers = this.#watchFolders();
    this.#loop = this.#keepReading();
  }

  /** Rejects if a pair cannot be served: a start with a broken one is a mistake to be told of. */
  static async open(
    deps: CertificateFilesDeps,
    files: readonly CertificateFile[],
  ): Promise<CertificateFiles> {
    deps.shelf.put(await Promise.all(files.map((file) => readFromFile(file, []))));
    return new CertificateFiles(deps, files);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const watcher of this.#watchers) watcher.close();
    this.#stop.abort();
    await this.#loop;
  }

  /** Folders, not files: a file is mostly replaced by a new one of its name. */
  #watchFolders(): FSWatcher[] {
    const folders = this.#files
      .flatMap(({ certFile, keyFile }) => [certFile, keyFile])
      .map(dirname);
    return [...new Set(folders)].flatMap((folder) => {
      try {
        const watcher = watch(folder, { persistent: false }, () => this.#touched.abort());
        watcher.on("error", (error) => this.#deps.log.debug({ err: error, folder }, "not watched"));
        return [watcher];
      } catch (error) {
        this.#deps.log.debug({ err: error, folder }, "not watched");
        return [];
      }
    });
  }

  async #keepReading(): Promise<void> {
    const { clock } = this.#deps;
    const { signal } = this.#stop;
    const pause = (ms: number, until: AbortSignal) => clock.sleep(ms, until).catch(() => undefined);
    while (!signal.aborted) {
      await pause(POLL_INTERVAL_MS, AbortSignal.any([signal, this.#touched.signal]));
      if (this.#touched.signal.aborted) await pause(SETTLE_MS, signal);
      this.#touched = new AbortController();
      if (!signal.aborted) await this.#read();
    }
  }

  async #read(): Promise<void> {
    const { shelf, log } = this.#deps;
    const before = shelf.certificates;
    try {
      const now = await Promise.all(this.#files.map((file) => readFromFile(file, before)));
      this.#lastProblem = "";
      if (now.every((certificate, index) => certificate === before[index])) return;
      shelf.put(now);
      log.info({ certificates: now.map(factsOf) }, "certificates loaded anew");
    } catch (error) {
      const problem = (error as Error).message;
      if (problem !== this.#lastProblem) log.error({ problem }, "certificates not loaded anew");
      this.#lastProblem = problem;
    }
  }
}

/** The very certificate that is served already where the files are still its own. */
async function readFromFile(
  { certFile, keyFile }: CertificateFile,
  served: readonly Certificate[],
): Promise<Certificate> {
  try {
    const [chain, key] = await Promise.all(
      [certFile, keyFile].map((file) => readFile(file, "utf8")),
    );
    const pair: KeyPair = { chain: chain ?? "", key: key ?? "" };
    const same = served.find((one) => one.pair.chain === chain && one.pair.key === key);
    return same ?? readCertificate(pair);
  } catch (error) {
    const why = (error as Error).message;
    throw new Error(`cannot serve the certificate ${certFile} with ${keyFile}: ${why}`, {
      cause: error,
    });
  }
}

function factsOf({ names, expiresAt }: Certificate) {
  return { names, expiresAt };
}
