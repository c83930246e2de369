# The page, built as `make build` builds it.
FROM node:20-bookworm-slim AS page
WORKDIR /app
COPY frontend frontend
RUN npm --prefix frontend ci && npm --prefix frontend run build

# The service and its workers, installed as `make up` installs them.
FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install --yes --no-install-recommends make \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY Makefile pyproject.toml constraints.txt README.md LICENSE ./
COPY backend backend
COPY worker worker
RUN make .venv/.runtime
COPY --from=page /app/backend/feedback_atlas/server/page backend/feedback_atlas/server/page
EXPOSE 8000
CMD [".venv/bin/atlas", "serve"]
