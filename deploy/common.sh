# What the scripts of this folder share: where things are, and how processes are started and stopped. Read by them, not run.
base="${SCALE_IT_UP_BASE:-/srv/scale-it-up}"
settings="${SCALE_IT_UP_SETTINGS:-/etc/scale-it-up}"
environment="$settings/environment"
site=/etc/nginx/conf.d/scale-it-up.conf
running=/run/scale-it-up
user=scale-it-up
first_port=8601
stop_s=15
ready_s=600
umask 022 # the app's own user reads what root puts in its place

say() { printf '== %s\n' "$*"; }
die() { printf '%s\n' "$*" >&2; exit 1; }
as_root() { [ "$(id -u)" = 0 ] || die "Run this as root: sudo $0"; }
has_systemd() { [ -d /run/systemd/system ]; }
# Becomes the app's user, whose own folder is not root's.
become=(env "HOME=$base" setpriv "--reuid=$user" "--regid=$user" --init-groups --)
as_user() { "${become[@]}" "$@"; }
# Runs a module of the current version as the app's user: deploy.backup, deploy.restore.
as_app() { (cd "$base/current" && as_user .venv/bin/python -m "$@"); }

load_environment() {
    [ -r "$environment" ] || die "There is no $environment: run deploy/install first."
    local line value
    # As systemd reads it, which takes a value with spaces as it stands.
    while IFS= read -r line || [ -n "$line" ]; do
        [[ "$line" =~ ^[A-Z_][A-Z0-9_]*= ]] || continue
        value="${line#*=}"
        [[ ! "$value" =~ ^\"(.*)\"$ && ! "$value" =~ ^\'(.*)\'$ ]] || value="${BASH_REMATCH[1]}"
        export "${line%%=*}=$value"
    done <"$environment"
}
# Takes a setting out of the environment's file, and puts it there with a value if one is given.
put_setting() {
    sed -i "/^$1=/d" "$environment"
    [ $# -lt 2 ] || printf '%s=%s\n' "$1" "$2" >>"$environment"
}

# Makes another folder the current version, in one step.
point_to() { ln -sfn "$1" "$base/current.new" && mv -T "$base/current.new" "$base/current"; }
ports() { seq "$first_port" "$((first_port + SCALE_IT_UP_PROCESSES - 1))"; }

# Has systemd know the units of the current version, and of the processes just those that there are to be.
put_units() {
    local unit
    cp "$base"/current/deploy/systemd/* /etc/systemd/system/
    systemctl daemon-reload
    systemctl enable -q --now scale-it-up-backup.timer
    for unit in /etc/systemd/system/multi-user.target.wants/scale-it-up@*.service; do
        [ ! -e "$unit" ] || ports | grep -qx "$(basename "${unit#*@}" .service)" || systemctl disable -q --now "$(basename "$unit")"
    done
    for unit in $(ports); do systemctl enable -q "scale-it-up@$unit"; done
}

# Waits until the process on a port may be given work; not for one that ends again and again.
wait_until_ready() {
    local until_s=$((SECONDS + ready_s))
    until python3 -c "import urllib.request as u; u.urlopen('http://127.0.0.1:$1/readyz', timeout=5)" 2>/dev/null; do
        [ "$SECONDS" -lt "$until_s" ] || return 1
        ! has_systemd || [ "$(systemctl show -p NRestarts --value "scale-it-up@$1")" -lt 5 ] || return 1
        sleep 0.5
    done
}

# Ends a process. What keeps it from ending in time is ended, which loses nothing.
end() {
    local until_s=$((SECONDS + stop_s))
    kill -TERM "$1" 2>/dev/null || true
    while kill -0 "$1" 2>/dev/null; do
        [ "$SECONDS" -lt "$until_s" ] || kill -KILL "$1" 2>/dev/null || true
        sleep 0.2
    done
}
# Starts the process on a port anew.
start_anew() {
    if has_systemd; then systemctl restart "scale-it-up@$1"; else end "$(cat "$running/$1.pid")"; fi
}

# Without systemd nothing starts the processes after the machine was started: have deploy/supervise run then.
start_all() {
    if has_systemd; then
        for port in $(ports); do systemctl start "scale-it-up@$port"; done
    else
        setsid "$base/current/deploy/supervise" </dev/null >/dev/null 2>&1 &
    fi
}
stop_all() {
    local file
    if has_systemd; then
        systemctl stop 'scale-it-up@*'
        return
    fi
    for file in "$running/supervise.pid" "$running"/[0-9]*.pid; do # first what would start the others again
        [ ! -e "$file" ] || { end "$(cat "$file")" && rm "$file"; }
    done
}
wait_for_all() {
    for port in $(ports); do
        wait_until_ready "$port" || die "The process on port $port does not become ready: see its log (README.md)."
    done
}
