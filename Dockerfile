FROM python:3.11-slim-bookworm

# What WeasyPrint and Chinese text need; the same list as config/setup.sh.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk fonts-wqy-microhei \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY config/requirements.lock .
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY . .

# The volumes take over the owner of these folders when they are made.
RUN useradd --system --uid 10001 --no-create-home sunshine \
    && install --directory --owner=sunshine /data/media /data/published /data/static
USER sunshine
# HOME: the root file system is read-only, and font libraries want a cache.
ENV PYTHONUNBUFFERED=1 HOME=/tmp MEDIA_ROOT=/data/media PUBLISHED_ROOT=/data/published STATIC_ROOT=/data/static

EXPOSE 8000
CMD ["granian", "--interface=wsgi", "--host=0.0.0.0", "--port=8000", "--no-ws", "config.wsgi:application"]
