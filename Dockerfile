# Two stages: the first has pip and the tools that build the wheel, only the environment without them is kept.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY requirements requirements
# Everything is held to its hash, the tools that build the wheel too (they are among the locked tools of developers).
RUN python -m venv /opt/tools \
 && /opt/tools/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/dev.lock \
 && python -m venv --without-pip /opt/beffroi \
 && /opt/tools/bin/pip --python /opt/beffroi/bin/python install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/run.lock
COPY pyproject.toml README.md LISEZMOI.md CHANGELOG.md LICENSE ./
COPY scanner scanner
COPY checks checks
COPY report_templates report_templates
RUN /opt/tools/bin/python -m hatchling build -t wheel -d /wheel \
 && /opt/tools/bin/pip --python /opt/beffroi/bin/python install --no-cache-dir --disable-pip-version-check --no-deps --no-index /wheel/*.whl

FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends nmap libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig \
 && fc-cache -s \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin beffroi \
 && install -d -o beffroi -g beffroi /out
COPY --from=build /opt/beffroi /opt/beffroi
# Nothing is written outside the folder that the caller mounts: the file system may be read-only.
ENV PATH=/opt/beffroi/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
# By number, so that an orchestrator can see that it is not root.
USER 10001
WORKDIR /out
ENTRYPOINT ["beffroi"]
CMD ["--help"]
