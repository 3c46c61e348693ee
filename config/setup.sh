#!/usr/bin/env bash
# Get this machine ready: `config/setup.sh run` for the portal itself, `dev` for lint too, `browser` for the tests too,
# `ci` for everything that lint can look at. Safe to repeat; takes a moment when all is there.
set -euo pipefail
cd "$(dirname "$0")/.."
umask 022 # the embedded servers run as another account when root installs, and must be able to read their programs

level=$1
python=${PYTHON:-python3}
packages=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk fonts-wqy-microhei)
lock=config/requirements.lock
[ "$level" = run ] || lock=config/requirements-dev.lock # has all of the other too
stamp=.venv/$(basename "$lock").sha256
case $level in browser | ci) packages+=(chromium libatomic1) ;; esac # libatomic1: for the driver in playwright's wheel
[ "$level" != ci ] || packages+=(docker-compose)

stop() {
    printf '%s\n' "$@" >&2
    exit 1
}

check_python() {
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
        stop "需要 Python 3.11 或更新版本；当前：$("$python" --version 2>&1 | head -1)。可用 PYTHON=/path/to/python3.11 make … 指定。"
    "$python" -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3-venv)
}

missing_packages() {
    local installed
    installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "${packages[@]}" 2>/dev/null || true)
    for package in "${packages[@]}"; do
        grep -qx "$package installed" <<<"$installed" || printf '%s ' "$package"
    done
}

install_packages() {
    command -v apt-get >/dev/null || stop "未找到 apt-get。请用本系统的软件包管理器安装相当于以下 Debian 软件包的内容：$missing"
    [ "$(id -u)" = 0 ] || stop "缺少系统软件包。请运行下面一行，然后重试：" "sudo apt-get update && sudo apt-get install -y --no-install-recommends $missing"
    echo "安装系统软件包：$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086  # one word for each package
    apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 $missing >/dev/null
}

install_requirements() {
    if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        rm -rf .venv
        "$python" -m venv .venv
    fi
    echo "安装 Python 依赖（$lock）……"
    .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes --requirement "$lock"
    sha256sum config/requirements.lock >.venv/requirements.lock.sha256
    sha256sum config/requirements.lock "$lock" >"$stamp"
}

exec 9<.
flock 9 # two commands started at the same moment: the second waits, and finds the work done
[ -x .venv/bin/python ] || check_python
missing=$(missing_packages)
[ -z "$missing" ] || install_packages
sha256sum --check --status "$stamp" 2>/dev/null || install_requirements
