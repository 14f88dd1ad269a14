#!/usr/bin/env bash
# Succeed if a version of the model is available: healthcheck.sh MODEL PORT
# The server's image has no curl, so bash itself opens the connection.
set -euo pipefail
exec 3<>"/dev/tcp/127.0.0.1/$2"
printf 'GET /v1/models/%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$1" >&3
grep --quiet '"state": *"AVAILABLE"' <&3
