import { rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readCertificate } from "../../../proxy/tls/certificate.ts";
import { CertificateFiles } from "../../../proxy/tls/certificate-files.ts";
import { CertificateShelf } from "../../../proxy/tls/certificate-shelf.ts";
import { chooseCertificate } from "../../../proxy/tls/choose-certificate.ts";
import { isExpiring, warnOfExpiry } from "../../../proxy/tls/warn-of-expiry.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { tempDir } from "../../harness/temp-dir.ts";
import { aCertificate, type TestCertificate } from "../../harness/test-certificates.ts";
import { TestClock } from "../../harness/test-clock.ts";
import { waitFor } from "../../harness/wait-for.ts";

const DAY_MS = 86_400_000;

test("a certificate tells its names and its time", async () => {
  const validFrom = Date.UTC(2026, 0, 1);
  const pair = await aCertificate(["Example.com", "*.example.com", "127.0.0.1"], {
    validFrom,
    expiresAt: validFrom + 90 * DAY_MS,
  });
  expect(readCertificate(pair)).toMatchObject({
    names: ["example.com", "*.example.com"],
    validFrom,
    expiresAt: validFrom + 90 * DAY_MS,
  });
});

test("a key of another certificate, and what is no certificate, are refused", async () => {
  const [one, two] = [await aCertificate(["one.example"]), await aCertificate(["two.example"])];
  expect(() => readCertificate({ chain: one.chain, key: two.key })).toThrow(
    "not the certificate's",
  );
  expect(() => readCertificate({ chain: "rubbish", key: one.key })).toThrow();
  expect(() => readCertificate({ chain: one.chain, key: "rubbish" })).toThrow();
});

test.each([
  ["a.example", "exact"],
  ["A.Example.", "exact"],
  ["b.a.example", "wildcard"],
  ["c.b.a.example", "first"],
  ["example", "first"],
  ["x.other", "first"],
])("for %s the certificate is the %s one", (name, expected) => {
  const certificates = [
    { is: "first", names: ["first.example"] },
    { is: "wildcard", names: ["*.a.example", "*.example"] },
    { is: "exact", names: ["a.example"] },
  ];
  expect(chooseCertificate(certificates, name)?.is).toBe(expected);
  expect(chooseCertificate([], name)).toBeUndefined();
});

async function write(folder: string, { chain, key }: TestCertificate, name = "tls") {
  const files = { certFile: join(folder, `${name}.crt`), keyFile: join(folder, `${name}.key`) };
  await writeFile(files.certFile, chain);
  await writeFile(files.keyFile, key);
  return files;
}

test("files that change are served anew; broken ones are told of once, and the old ones stay", async () => {
  await using dir = await tempDir();
  const { log, lines } = recordingLog();
  const shelf = new CertificateShelf();
  const files = await write(dir.path, await aCertificate(["one.example"]));
  await using _ = await CertificateFiles.open({ clock: systemClock, log, shelf }, [files]);
  const [one] = shelf.certificates;
  expect(one?.names).toEqual(["one.example"]);
  const second = await aCertificate(["two.example"]);
  await writeFile(files.certFile, second.chain);
  await waitFor("the mistake to be told", () => lines.join("").includes("not loaded anew"));
  expect(shelf.certificates).toEqual([one]);
  await writeFile(files.keyFile, second.key);
  await waitFor("the second", () => shelf.choose("two.example")?.names.includes("two.example"));
  expect(lines.filter((line) => line.includes("not loaded anew"))).toHaveLength(1);
  expect(lines.join("")).not.toContain("PRIVATE");
});

test("a file that another has replaced is noticed, and what has not changed is not made anew", async () => {
  await using dir = await tempDir();
  const { log } = recordingLog();
  const shelf = new CertificateShelf();
  const first = await write(dir.path, await aCertificate(["one.example"]), "one");
  const second = await write(dir.path, await aCertificate(["two.example"]), "two");
  await using _ = await CertificateFiles.open({ clock: systemClock, log, shelf }, [first, second]);
  const [one] = shelf.certificates;
  const next = await write(dir.path, await aCertificate(["three.example"]), "next");
  for (const kind of ["certFile", "keyFile"] as const) await rename(next[kind], second[kind]);
  await waitFor("the third", () => shelf.certificates[1]?.names.includes("three.example"));
  expect(shelf.certificates[0]).toBe(one);
});

test("where nothing tells of changes, they are found by looking", async () => {
  await using dir = await tempDir();
  await using other = await tempDir();
  const clock = new TestClock();
  const { log } = recordingLog();
  const shelf = new CertificateShelf();
  const target = await write(dir.path, await aCertificate(["one.example"]));
  const linked = { certFile: join(other.path, "crt"), keyFile: join(other.path, "key") };
  await symlink(target.certFile, linked.certFile);
  await symlink(target.keyFile, linked.keyFile);
  await using _ = await CertificateFiles.open({ clock, log, shelf }, [linked]);
  await write(dir.path, await aCertificate(["two.example"]));
  await clock.advance(30_000);
  await waitFor("the second", () => shelf.certificates[0]?.names.includes("two.example"));
});

test("a start with files that cannot be served says which, and why", async () => {
  await using dir = await tempDir();
  const { log } = recordingLog();
  const shelf = new CertificateShelf();
  const open = (files: { certFile: string; keyFile: string }) =>
    CertificateFiles.open({ clock: systemClock, log, shelf }, [files]);
  const missing = join(dir.path, "none");
  await expect(open({ certFile: missing, keyFile: missing })).rejects.toThrow(/none.*ENOENT/);
});

test("a certificate near its end, or past it, is warned of", async () => {
  const clock = new TestClock();
  const { log, lines } = recordingLog();
  const life = { validFrom: clock.now() - 80 * DAY_MS, expiresAt: clock.now() + 10 * DAY_MS };
  const shelf = new CertificateShelf();
  shelf.put([readCertificate(await aCertificate(["old.example"], life))]);
  await using _ = warnOfExpiry({ clock, log, shelf });
  await waitFor("a warning", () => lines.some((line) => line.includes("expires soon")));
  await clock.advance(11 * DAY_MS);
  await waitFor("an error", () => lines.some((line) => line.includes("has expired")));
  expect(isExpiring(life, life.expiresAt - 16 * DAY_MS)).toBe(false);
});
