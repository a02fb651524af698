#!/bin/sh
# Rebuilds everything under registry/static/vendor from frontend/ and the pinned npm packages.
# Needed only by whoever changes the styles; the built files are committed.
set -eu
cd "$(dirname "$0")"
npm ci --ignore-scripts --no-audit --no-fund --silent
node build.mjs
