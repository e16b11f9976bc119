#!/bin/sh
# What a fresh clone needs before `npm run demo` and `npm test`, with nothing there but Node and npm.
# Running it again costs only the compilation.
set -eu
cd "$(dirname "$0")/.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# step NAME COMMAND...: one line and its time; the command's own output only if it fails.
step() {
  name=$1 began=$(date +%s)
  shift
  if "$@" >"$log" 2>&1; then
    echo "setup: $name ($(($(date +%s) - began)) s)" >&2
  else
    cat "$log" >&2
    echo "setup: $name failed" >&2
    return 1
  fi
}

installed() {
  lock=node_modules/.package-lock.json
  [ -f "$lock" ] || return 1
  if [ package-lock.json -nt "$lock" ]; then
    [ "$(cat node_modules/.hangar-setup 2>/dev/null)" = "$(cksum <package-lock.json)" ] || return 1
  fi
  # Its binary is for one version of Node, and fails to load in another.
  node -e 'new (require("better-sqlite3"))(":memory:")' 2>/dev/null
}

install() {
  npm ci --no-audit --no-fund --loglevel=error &&
    cksum <package-lock.json >node_modules/.hangar-setup
}

has_compiler() {
  command -v make && command -v python3 && { command -v c++ || command -v g++ || command -v clang++; }
}

add_compiler() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get update && apt-get install -y --no-install-recommends g++ make python3
}

major=$(node -p 'process.versions.node.split(".")[0]')
if [ "$major" -lt 20 ]; then
  echo "setup: Hangar needs Node 20 or later; this is $(node --version)" >&2
  exit 1
fi

# better-sqlite3 is compiled where its binary cannot be fetched. Node's headers may stand beside node.
prefix=$(node -p 'path.dirname(path.dirname(fs.realpathSync(process.execPath)))')
if grep -qs "define NODE_MAJOR_VERSION $major$" "$prefix/include/node/node_version.h"; then
  export npm_config_nodedir="${npm_config_nodedir:-$prefix}"
fi

if ! installed; then
  if has_compiler >/dev/null; then
    step "dependencies installed" install
  elif ! step "dependencies installed" install 2>/dev/null; then
    if [ "$(id -u)" != 0 ] || [ ! -f /etc/debian_version ]; then
      cat "$log" >&2
      echo "setup: install a C++ compiler, make and python3, which better-sqlite3 may need, and try again" >&2
      exit 1
    fi
    step "compiler installed" add_compiler
    step "dependencies installed" install
  fi
fi
step "built" npm run --silent build
