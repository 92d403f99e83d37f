# Berth in a container. See docs/docker.md.

FROM node:24-bookworm-slim AS build
WORKDIR /app
# Only what decides the dependencies, so that a change of the source does not install them again.
COPY package.json package-lock.json .npmrc ./
# No install scripts: the `node` package's would fetch a second Node, and the compiler needs none.
RUN npm ci --ignore-scripts
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY build ./build
COPY console ./console
COPY src ./src
RUN npm run build

FROM node:24-bookworm-slim
LABEL org.opencontainers.image.title="Berth" \
      org.opencontainers.image.description="An OCI registry for container images" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production \
    REGISTRY_HOST=0.0.0.0 \
    REGISTRY_STORAGE_PATH=/data
# A new named volume takes over the owner of the folder that it covers.
RUN install -d -o node -g node /data
VOLUME /data
WORKDIR /app
# Owned by root: the server cannot change its own code.
COPY LICENSE ./
COPY --from=build /app/package.json ./
# The server in few files; only native code is in none of them.
COPY --from=build /app/dist/main.js ./dist/
COPY --from=build /app/dist/server ./dist/server
COPY --from=build /app/dist/console ./dist/console
COPY --from=build /app/node_modules/node-gyp-build ./node_modules/node-gyp-build
COPY --from=build /app/node_modules/bcrypt ./node_modules/bcrypt
# By number, which Kubernetes's runAsNonRoot needs; it is the base image's user `node`.
USER 1000:1000
EXPOSE 5000
# Images to seed are loaded before it serves: no answer for two minutes after the start is no failure.
HEALTHCHECK --interval=5s --timeout=3s --start-period=2m --retries=3 CMD ["node", "dist/main.js", "health"]
# Without a shell or npm in between, node is process 1 and gets the SIGTERM of `docker stop`.
CMD ["node", "dist/main.js"]
