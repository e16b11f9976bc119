import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseAcmeDirectory } from "../../src/cli/settings/parse-acme-directory.ts";
import { parseDnsName } from "../../src/cli/settings/parse-dns-name.ts";
import { toTlsSettings } from "../../src/cli/settings/tls-settings.ts";
import { tempDir } from "../harness/temp-dir.ts";
import { runInside } from "./run-hangar.ts";

const CA = "https://ca.example/dir";

test("without a certificate and a CA there is plain HTTP", async () => {
  expect(await toTlsSettings({})).toEqual({});
});

test("certificates go with their keys, in their order", async () => {
  const settings = {
    tlsCert: ["/a.crt", "/b.crt"],
    tlsKey: ["/a.key", "/b.key"],
    httpRedirect: 80,
  };
  expect(await toTlsSettings(settings)).toEqual({
    tls: {
      kind: "files",
      files: [
        { certFile: "/a.crt", keyFile: "/a.key" },
        { certFile: "/b.crt", keyFile: "/b.key" },
      ],
    },
    httpRedirectPort: 80,
  });
});

test("a CA is asked with what is said of it", async () => {
  await using dir = await tempDir();
  const acmeCa = join(dir.path, "ca.pem");
  await writeFile(acmeCa, "PEM");
  const settings = {
    acmeDirectory: CA,
    acmeEmail: "ops@example.com",
    acmeEabKid: "kid",
    acmeEabHmac: "hmac",
    acmeCa,
    acmeHook: "hook",
  };
  expect((await toTlsSettings(settings)).tls).toEqual({
    kind: "acme",
    directory: CA,
    email: "ops@example.com",
    binding: { kid: "kid", hmacKey: "hmac" },
    trustedCa: "PEM",
    hook: "hook",
  });
});

test.each([
  [{ tlsCert: ["a"] }, "--tls-cert is given once, --tls-key 0 times"],
  [{ tlsKey: ["a", "b"], tlsCert: ["a"] }, "--tls-key 2 times"],
  [{ tlsCert: ["a"], tlsKey: ["a"], acmeDirectory: CA }, "both say"],
  [{ httpRedirect: 80 }, "not served here"],
  [{ acmeHook: "hook" }, "need a CA"],
  [{ tlsCert: ["a"], tlsKey: ["a"], acmeEmail: "ops@example.com" }, "need a CA"],
  [{ acmeDirectory: CA, acmeCa: "/nonexistent" }, "--acme-ca"],
  [{ acmeDirectory: CA, acmeEabKid: "kid" }, "need each other"],
])("%j does not fit together", async (settings, message) => {
  await expect(toTlsSettings(settings)).rejects.toThrow(message);
});

test("a CA is named by its URL or, if it is well known, in short", () => {
  expect(parseAcmeDirectory(CA)).toBe(CA);
  expect(parseAcmeDirectory("letsencrypt")).toContain("api.letsencrypt.org");
  for (const wrong of ["http://ca.example/dir", "other", ""]) {
    expect(() => parseAcmeDirectory(wrong)).toThrow("Expected the https URL");
  }
});

test("a zone is a DNS name", () => {
  expect(parseDnsName("Acme.Example.NET.")).toBe("acme.example.net");
  for (const wrong of ["net", "a..b", "a b.c", "-a.b", ""]) {
    expect(() => parseDnsName(wrong)).toThrow("Expected a DNS name");
  }
});

test("a name server within its own zone is refused: nobody could find it", async () => {
  const args = ["dns", "--key", "hak_1", "--zone", "acme.example.net", "--name-server"];
  for (const name of ["ns.acme.example.net", "acme.example.net"]) {
    const { code, stderr } = await runInside([...args, name]);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--name-server"),
    });
  }
});
