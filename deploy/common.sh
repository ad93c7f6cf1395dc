# What the scripts of this folder share: where things are, and how a process is started anew. Read by them, not run.
base="${SCALE_IT_UP_BASE:-/srv/scale-it-up}"
settings="${SCALE_IT_UP_SETTINGS:-/etc/scale-it-up}"
environment="$settings/environment"
running=/run/scale-it-up
user=scale-it-up
first_port=8601
stop_s=15
ready_s=600

say() { printf '== %s\n' "$*"; }
die() { printf '%s\n' "$*" >&2; exit 1; }
as_root() { [ "$(id -u)" = 0 ] || die "Run this as root: sudo $0"; }
has_systemd() { [ -d /run/systemd/system ]; }
# Becomes the app's user, whose own folder is not root's.
become=(env "HOME=$base" setpriv "--reuid=$user" "--regid=$user" --init-groups --)
as_user() { "${become[@]}" "$@"; }

load_environment() {
    [ -r "$environment" ] || die "There is no $environment: run deploy/install first."
    set -a
    # shellcheck disable=SC1090
    . "$environment"
    set +a
}

ports() { seq "$first_port" "$((first_port + SCALE_IT_UP_PROCESSES - 1))"; }

# Waits until the process on a port may be given work.
wait_until_ready() {
    local until_s=$((SECONDS + ready_s))
    until python3 -c "import urllib.request as u; u.urlopen('http://127.0.0.1:$1/readyz', timeout=5)" 2>/dev/null; do
        [ "$SECONDS" -lt "$until_s" ] || return 1
        sleep 0.5
    done
}

# Starts the process on a port anew. Streams of events would have it wait for ever: then it is ended, which loses nothing.
start_anew() {
    if has_systemd; then
        systemctl restart "scale-it-up@$1"
        return
    fi
    local pid until_s=$((SECONDS + stop_s))
    pid="$(cat "$running/$1.pid")"
    kill -TERM "$pid" 2>/dev/null || true
    while kill -0 "$pid" 2>/dev/null; do
        [ "$SECONDS" -lt "$until_s" ] || kill -KILL "$pid" 2>/dev/null || true
        sleep 0.2
    done
}
