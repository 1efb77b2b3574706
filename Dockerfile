# Two stages: the wheel and its locked dependencies are installed in the first, only the result is kept.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY requirements/run.lock requirements/run.lock
RUN python -m venv /opt/beffroi \
 && /opt/beffroi/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/run.lock
COPY pyproject.toml README.md LISEZMOI.md CHANGELOG.md LICENSE ./
COPY scanner scanner
COPY checks checks
COPY report_templates report_templates
RUN /opt/beffroi/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps .

FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends nmap \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --no-create-home --home-dir /nonexistent beffroi
COPY --from=build /opt/beffroi /opt/beffroi
# Nothing is written outside the folder that the caller mounts: the file system may be read-only.
ENV PATH=/opt/beffroi/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER beffroi
WORKDIR /out
ENTRYPOINT ["beffroi"]
CMD ["--help"]
