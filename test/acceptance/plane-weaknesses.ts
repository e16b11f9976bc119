import type { Row } from "./plane-tests.ts";

const sockets = (title: string) => `controller/sockets.test.ts: ${title}`;
const lifecycle = (title: string) => `controller/lifecycle.test.ts: ${title}`;
const leases = (title: string) => `drone/leases.test.ts: ${title}`;
const begin = (title: string) => `drone/begin-gate.test.ts: ${title}`;
const delivery = (title: string) => `acceptance/delivery.test.ts: ${title}`;
const registration = (title: string) => `acceptance/registration.test.ts: ${title}`;
const failed = (title: string) => `system/failed-spawn.docker.test.ts: ${title}`;

/** What Plane is weak at, by its number in the list of those, and what shows that Hangar is not. */
export const WEAKNESSES: readonly Row[] = [
  [
    "1: the first lease was killed when it should have been asked to end",
    leases(
      "without a renewal backends are asked to end at the soft deadline, and killed at the hard one",
    ),
    "drone/lease/obey-lease.test.ts: a backend ends softly at the soft deadline, and hard at the hard one",
  ],
  [
    "3: a spawn past its deadline ran all the same",
    begin("a spawn that is not confirmed in time is given up, refused, and leaves nothing"),
    "drone/begin/why-not-begin.test.ts: a spawn begins where there is time, a lease, a runtime and room",
    "controller/store/stranded-conformance.ts: a spawn that was not acknowledged in time moves only after its drone cannot begin it",
  ],
  [
    "4: a spawn that came twice was not acknowledged, and could run again after its end",
    "drone/delivery.test.ts: an action is acknowledged once it is in the journal, and again when it is repeated",
    "drone/delivery.test.ts: a spawn that is repeated after the backend has ended never runs it twice",
    "drone/restart.test.ts: a drone without its journal does not run twice what a repeated spawn asks for",
    "controller/store/reports-conformance.ts: an ended backend frees its key, and nothing is asked of it any more",
  ],
  [
    "5: an idle backend was asked to end again and again while it was ending",
    sockets("an idle backend is asked to end once, a connected one stays"),
    "controller/store/idleness-conformance.ts: an idle backend is asked to end once, from its readiness on",
    "drone/terminate.test.ts: repeated terminates are acknowledged and change nothing",
  ],
  [
    "6: a slow pull counted as idleness, and a stream as none",
    "controller/store/idleness-conformance.ts: an idle backend is asked to end once, from its readiness on",
    "drone/lifecycle.test.ts: the pull does not count against the start deadline",
    "proxy/live-proxy.test.ts: counts a stream as open for its whole life",
    "controller/store/idleness-conformance.ts: a connect is activity",
  ],
  [
    "7: a connect was given a backend that was ending",
    lifecycle(
      "a connect to a key whose backend is ending waits until it is gone and spawns the next",
    ),
    lifecycle(
      "a key whose backend does not end within wait_seconds is refused, and never handed out",
    ),
    sockets(
      "a connect does not hand out a backend whose end was asked for of a drone that is slow",
    ),
  ],
  [
    "8: proxies went on sending clients to a backend that was ending",
    "proxy/live-proxy.test.ts: sends nobody to a backend that has begun to end",
    "proxy/routes.test.ts: from %s on a route is known no more",
  ],
  [
    "9: a route that nobody answered for was waited for without an end",
    "proxy/routes.test.ts: a controller that does not answer in time is unavailable, and is asked again next time",
  ],
  [
    "10: rubbish pushed real routes out of the proxy's memory",
    "protocol/ids.test.ts: a token is known by its form, and rubbish is not one",
    "proxy/routes.test.ts: a flood of made-up labels asks a bounded number of questions",
  ],
  [
    "11: the count of open connections could be wrong after an end",
    "proxy/activity.test.ts: what the controller believes to be open is never wrong past a report",
  ],
  [
    "12: a drone without a heartbeat broke the list of drones",
    delivery(
      "a drone that has only said hello is listed, given nothing, and told of as the reason",
    ),
  ],
  [
    "13: the stream of an unknown backend, and of an ended one, stayed open",
    registration(
      "the status of a backend that nobody has is 404, its stream as well, and neither stays open",
    ),
    registration("a stream of what has ended already tells the end, and ends"),
    sockets("the status stream replays, follows, resumes after the last one seen, and ends"),
  ],
  [
    "14: after a restart of Docker no end was noticed any more",
    "drone/runtime/docker/engine-away.docker.test.ts: a watch whose stream broke says resync when it is back, and tells of ends again",
    "drone/runtime-away.test.ts: a ready backend stays ready while the runtime is away, and what ended meanwhile is told",
  ],
  [
    "15: a drone without its memory leaked containers, and a lost one kept its keys",
    "drone/restart.test.ts: a drone without its journal adopts what it finds, and tells of it",
    lifecycle("a lost drone's backends end and their keys are free, without a person"),
    "drone/guard.docker.test.ts: a container of a drone that was killed is gone at its hard deadline, not before, and is told as keyexpired",
  ],
  [
    "16: wrong requests were taken, or broke the server",
    "controller/api.test.ts: POST /v1/connect of %j answers 400 and names %s",
    "controller/api.test.ts: broken JSON is 400, another type 415 and a huge body 413, each in the one error shape",
  ],
  [
    "17: why a backend ended was not told",
    failed("an unknown image ends with pullfailed and Docker's own message"),
    failed("an app that takes more memory than it may ends with outofmemory"),
    failed("a command that is not in the image ends with startfailed or createfailed and says so"),
  ],
  [
    "18: secrets stayed in the database, a drone could speak for another's backend, and ports were open to all",
    sockets("a drone cannot end another drone's backend"),
    "controller/store/reports-conformance.ts: a drone's report on another drone's backend changes nothing",
    "controller/store/reports-conformance.ts: an action is pending until its own drone acknowledges it",
    "controller/store/reports-conformance.ts: a spawn that was begun leaves none of its secrets in the database",
    sockets("the %s socket refuses a key of scope %s before the upgrade"),
    "drone/runtime/docker/container-options.test.ts: a port is published on one address, at whatever port is free there",
  ],
  [
    "19: a key could lead out of the mounted folder",
    "drone/runtime/docker/mount-path.test.ts: no key leads out of the mount base",
  ],
  [
    "20: a name that is not ASCII lost its header",
    "protocol/given.test.ts: any user name can stand in a header, and decodeURIComponent gives it back",
  ],
  [
    "21: a large spawn did not get through, and every proxy was told of every backend",
    delivery("an environment of half a megabyte reaches the drone whole"),
    sockets("a proxy is given routes, told of each change once known, and refused with a reason"),
  ],
  [
    "23: rows of what has gone stayed for ever",
    "controller/store/upkeep-conformance.ts: rows of what ended long ago go, with their keys; others stay",
  ],
  [
    "24: a socket that closed with an unexpected code held its handler",
    delivery("a drone that leaves with the code %i is let go of at once"),
  ],
  [
    "25: a drone's new pool was ignored, and it drained for ever",
    delivery("a drone takes its pool anew with each hello, and drains until somebody undrains it"),
    "controller/api-lifecycle.test.ts: a drained drone gets no new backends until it is undrained",
  ],
  [
    "29: before its first connection a proxy said that everything was gone",
    "acceptance/early-proxy.test.ts: a proxy that has never met its controller answers 503, which passes, and not 410, which stays",
    "proxy/routes.test.ts: without a connection what is known works on, and the rest is unavailable",
  ],
  [
    "30: a refused upgrade lost its answer",
    "proxy/conformance/upgrades.ts: a refused upgrade passes the backend's own answer with its body %s",
  ],
];

/** Which of them belong to a later step, or to nothing that Hangar has. */
export const NOT_OURS: Readonly<Record<number, string>> = {
  2: "tokens are not revoked yet",
  22: "TLS",
  26: "a key is one in all clusters by intent",
  27: "of its own tests only",
  28: "figures of single backends are not told yet",
};
