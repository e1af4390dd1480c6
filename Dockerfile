# The dependencies of the running service: no development tools, and no pinned Node (the image is one).
FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --loglevel=error

# The dashboard: built with the development tools, of which nothing stays.
FROM node:24-bookworm-slim AS dashboard
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.json ./
# One of them is a folder of the project's own.
COPY scripts ./scripts
RUN npm ci --ignore-scripts --loglevel=error
COPY src ./src
RUN node scripts/build-dashboard.mjs --required

FROM node:24-bookworm-slim
# tini is process 1: it forwards signals, and reaps what command steps leave behind. Browser steps need a
# Chromium, and a font to draw with.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends tini chromium-headless-shell fonts-dejavu-core \
  && rm -rf /var/lib/apt/lists/* \
  && install --directory --owner=node --group=node /data
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY bin ./bin
COPY src ./src
COPY --from=dashboard /app/dist ./dist
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data WORK_DIR=/data/work
USER node
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["node", "src/server.ts"]
