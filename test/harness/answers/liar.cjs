// Makes a controller say what its document does not, for a test of whoever should notice.
const { subscribe } = require("node:diagnostics_channel");

subscribe("fastify.initialization", ({ fastify }) => {
  fastify.addHook("onSend", async (request, _reply, payload) =>
    request.url === "/health" ? JSON.stringify({ status: "fine" }) : payload,
  );
});
