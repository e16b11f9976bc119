// Plain JavaScript that loads nothing: it comes before a controller's own code, be that source or compiled.
const { subscribe } = require("node:diagnostics_channel");

/** Told of part by part, since they may never end. */
const STREAMS = /^(text\/event-stream|application\/x-ndjson)/;

/** Below these, what no route takes is refused in Plane's words, or in Jamsocket's. */
const THEIRS = /^\/(ctrl|pub|v2|backend|service|user|v1\/user)([/?]|$)/;

/** Tells of each answer of each controller in this process, as its client gets it. */
function hearAnswers(tell) {
  subscribe("fastify.initialization", ({ fastify }) => {
    const routes = new WeakMap();
    const hear = (request, response) => {
      if (routes.has(response)) return routes.get(response);
      const route = { method: request.method, url: null, hidden: false };
      routes.set(response, route);
      listenTo(response, (told) => {
        const { method, url, hidden } = route;
        if (!hidden && method !== "HEAD") tell({ method, url, ...told }, fastify);
      });
      return route;
    };
    fastify.server.prependListener("request", hear);
    fastify.addHook("onRequest", (request, { raw }, done) => {
      const { url, schema } = request.routeOptions;
      // Upgrades and injected requests are no events of the server.
      const isTheirs = url === undefined && THEIRS.test(request.url);
      const hidden = schema?.hide === true || isTheirs;
      Object.assign(hear(request, raw), { url: url ?? null, hidden });
      done();
    });
  });
}

/** Told before it is sent: whoever sends it may be killed once it has arrived. */
function listenTo(response, tell) {
  const { writeHead, write, end } = response;
  const json = [];
  let type;
  const say = (text) => tell({ status: response.statusCode, type, text });
  const hear = (chunk) => {
    type ??= String(response.getHeader("content-type") ?? "");
    if (typeof chunk !== "string" && !(chunk instanceof Uint8Array)) return;
    if (STREAMS.test(type)) say(String(chunk));
    else if (type.startsWith("application/json")) json.push(Buffer.from(chunk));
  };
  response.writeHead = (status, ...rest) => {
    const given = Object.entries(rest.at(-1) ?? {}).find(([name]) => /^content-type$/i.test(name));
    const sent = writeHead.call(response, status, ...rest);
    type = String(given?.[1] ?? response.getHeader("content-type") ?? "");
    if (STREAMS.test(type)) say("");
    return sent;
  };
  response.write = (chunk, ...rest) => {
    hear(chunk);
    return write.call(response, chunk, ...rest);
  };
  response.end = (chunk, ...rest) => {
    hear(chunk);
    if (!STREAMS.test(type)) say(String(Buffer.concat(json)));
    return end.call(response, chunk, ...rest);
  };
}

module.exports = { hearAnswers };
