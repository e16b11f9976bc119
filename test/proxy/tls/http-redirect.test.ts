import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { httpsLocation, startHttpRedirect } from "../../../proxy/tls/http-redirect.ts";
import { parseCluster } from "../../../src/protocol/cluster.ts";

const PUBLIC = parseCluster("sessions.example.com");
const ODD = parseCluster("https://sessions.example.com:8443");

test.each([
  [PUBLIC, "sessions.example.com", "/", "https://sessions.example.com/"],
  [PUBLIC, "abc.sessions.example.com:80", "/a?b=c", "https://abc.sessions.example.com/a?b=c"],
  [PUBLIC, "ABC.Sessions.Example.Com.", "/", "https://abc.sessions.example.com/"],
  [ODD, "abc.sessions.example.com:8080", "/x//y?", "https://abc.sessions.example.com:8443/x//y?"],
  [
    ODD,
    "abc.sessions.example.com",
    "//evil.example/",
    "https://abc.sessions.example.com:8443//evil.example/",
  ],
])("%o: %s %s goes to %s", (cluster, host, target, location) => {
  expect(httpsLocation(cluster, host, target)).toBe(location);
});

test.each([
  ["evil.example", "/"],
  ["sessions.example.com.evil.example", "/"],
  ["evilsessions.example.com", "/"],
  ["a.b.sessions.example.com", "/"],
  ["user@sessions.example.com", "/"],
  ["", "/"],
  [undefined, "/"],
  ["sessions.example.com", "http://evil.example/"],
  ["sessions.example.com", "*"],
])("%j with %j goes nowhere", (host, target) => {
  expect(httpsLocation(PUBLIC, host, target)).toBeUndefined();
});

async function say(port: number, lines: readonly string[]): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.end(`${lines.join("\r\n")}\r\n\r\n`);
  return await text(socket);
}

test("plain HTTP is sent to HTTPS, by a status that keeps the method", async () => {
  await using redirect = await startHttpRedirect({ host: "127.0.0.1", port: 0, cluster: ODD });
  const host = "Host: a.sessions.example.com:8080";
  const location = "location: https://a.sessions.example.com:8443/p?q";
  const ask = (...lines: string[]) => say(redirect.port, [...lines, "Connection: close"]);
  const got = await ask("GET /p?q HTTP/1.1", host);
  expect(got).toContain("HTTP/1.1 301");
  expect(got).toContain(`${location}\r\n`);
  const posted = await ask("POST /p?q HTTP/1.1", host, "Content-Length: 0");
  expect(posted).toContain("HTTP/1.1 308");
  expect(posted).toContain(`${location}\r\n`);
  const upgrade = await ask("GET /p?q HTTP/1.1", host, "Upgrade: websocket");
  expect(upgrade).toContain("HTTP/1.1 301");
});

test("a foreign host, two hosts and none are refused", async () => {
  await using redirect = await startHttpRedirect({ host: "127.0.0.1", port: 0, cluster: PUBLIC });
  for (const hosts of [
    ["Host: evil.example"],
    ["Host: sessions.example.com", "Host: evil.example"],
    [],
  ]) {
    const answer = await say(redirect.port, ["GET / HTTP/1.1", ...hosts, "Connection: close"]);
    expect(answer).toContain("HTTP/1.1 400");
    expect(answer).not.toContain("location");
  }
});
