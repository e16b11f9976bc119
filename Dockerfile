# Where no registry is reachable, any images with Node 20 or later can be the bases:
#   docker build --build-arg BUILD_IMAGE=... --build-arg RUNTIME_IMAGE=... -t hangar .
ARG BUILD_IMAGE=node:24-bookworm
ARG RUNTIME_IMAGE=node:24-slim

FROM ${BUILD_IMAGE} AS build
WORKDIR /hangar
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM ${RUNTIME_IMAGE}
ENV NODE_ENV=production HANGAR_DATA_DIR=/data
WORKDIR /hangar
# Who controls the Docker socket controls the machine; all else runs as nobody in particular.
RUN mkdir -p /data/keys && chown -R 1000:1000 /data \
 && ln -s /hangar/dist/src/cli/main.js /usr/local/bin/hangar
COPY --from=build /hangar/package.json ./
COPY --from=build /hangar/node_modules node_modules
COPY --from=build /hangar/dist dist
USER 1000:1000
ENTRYPOINT ["hangar"]
CMD ["--help"]
