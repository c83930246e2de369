# The page, built as `make build` builds it.
FROM node:20-bookworm-slim AS page
WORKDIR /app
COPY frontend frontend
RUN npm --prefix frontend ci && npm --prefix frontend run build

# The service and its workers: one wheel that carries the page, as `make wheel` makes it.
FROM python:3.11-slim-bookworm
WORKDIR /app
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY backend backend
COPY worker worker
COPY --from=page /app/backend/feedback_atlas/server/page backend/feedback_atlas/server/page
RUN pip install --no-cache-dir -c constraints.txt .
EXPOSE 8000
CMD ["atlas", "serve"]
