FROM python:3.13-slim AS build
WORKDIR /build
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN python -m venv /opt/gateway \
 && /opt/gateway/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY src src
COPY migrations migrations
COPY connectors connectors
RUN /opt/gateway/bin/pip install --no-cache-dir --no-deps --no-build-isolation --no-index . \
 && /opt/gateway/bin/python -m compileall -q /opt/gateway/lib

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/reuse-gateway --create-home gateway
COPY --from=build /opt/gateway /opt/gateway
ENV PATH=/opt/gateway/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    REUSE_GATEWAY_HOST=0.0.0.0 \
    REUSE_GATEWAY_HOME=/var/lib/reuse-gateway
USER 10001
VOLUME /var/lib/reuse-gateway
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
ENTRYPOINT ["reuse-gateway"]
CMD ["serve"]
