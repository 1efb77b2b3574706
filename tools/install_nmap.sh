#!/bin/sh
# Install nmap where that is possible without asking; else say once what is not looked at.
command -v nmap >/dev/null 2>&1 && exit 0
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo -n"
if command -v apt-get >/dev/null 2>&1 && $as_root true 2>/dev/null; then
  echo "Installing nmap…"
  { $as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nmap; } >/dev/null 2>&1
fi
command -v nmap >/dev/null 2>&1 || echo "nmap is not installed: open ports that Beffroi does not recognise by itself stay unnamed."
exit 0
