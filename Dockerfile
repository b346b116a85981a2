# Docket as an image: `docker build -t docket .`

FROM rust:1.95-slim-bookworm AS build
WORKDIR /source
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/source/target \
    cargo build --release --locked --package docket \
    && cp target/release/docket /docket

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/docket docket
COPY --from=build /docket /usr/local/bin/docket
COPY LICENSE /usr/share/doc/docket/LICENSE
USER docket
ENV DOCKET_LISTEN=0.0.0.0:8080 \
    DOCKET_DATA_DIR=/var/lib/docket
VOLUME /var/lib/docket
EXPOSE 8080
# The image has no curl: bash speaks enough HTTP to ask.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD \
    ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health/ready HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["docket"]
CMD ["serve"]
