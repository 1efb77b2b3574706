#!/bin/sh
# Install Chromium and axe-core, with which the documents are looked at; else say once what is not.
# usage: install_browser.sh FOLDER, where axe.min.js is kept
set -u
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo -n"
if ! command -v chromium >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1 && $as_root true 2>/dev/null; then
  echo "Installing Chromium…"
  { $as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1
fi
if [ ! -f "$1/axe.min.js" ] && command -v npm >/dev/null 2>&1; then
  mkdir -p "$1"
  (cd "$1" && package=$(npm pack --silent axe-core@4) && tar -xzf "$package" --strip-components=1 package/axe.min.js && rm -f "$package") >/dev/null 2>&1
fi
command -v chromium >/dev/null 2>&1 && [ -f "$1/axe.min.js" ] || echo "Chromium or axe-core is missing: the documents are not looked at in a browser."
exit 0
