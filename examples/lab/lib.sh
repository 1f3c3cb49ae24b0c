# Shared by the commands of the lab: its names and addresses, who may run them, and the way into a host.
# Sourced, never run.

lab=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
state=$lab/.state            # the client's half: key, known_hosts, certificate; belongs to this clone
run=/run/play-lab            # the machine's half: one lab a machine, because its addresses are the machine's
bridge=playlab0
hosts=(web1 was1 was2)
# TEST-NET-2, which belongs to nobody. Not TEST-NET-1: there are virtual machines whose own network and gateway are in it.
# hosts.yaml and params.yaml say the same addresses.
net=198.51.100
declare -A address=([web1]=$net.10 [was1]=$net.11 [was2]=$net.12)
declare -A receiver=([was1]=4000 [was2]=4001)
declare -A route=([was1]=tomcat1 [was2]=tomcat2)
variants="[--without replication|sticky|member] [--lang en|ko|en,ko|ko,en]"      # what `up` and `run` take
site=https://${address[web1]}

umask 022     # hosts' files are not to depend on the caller's

say() { printf 'lab: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# Namespaces, mounts and ports below 1024 are root's: an ordinary user's command starts itself again through sudo.
become_root() {
    [[ $EUID = 0 ]] && return
    command -v sudo >/dev/null || die "this needs root, and there is no sudo here: run it as root"
    exec sudo -- "$lab/${0##*/}" "$@"
}

# One at a time. The lock is on a directory that is there anyway, so that none is left behind.
# Whatever outlives the command must be started with 9<&-, or it keeps the lock.
lock() {
    exec 9</run
    flock -w 120 9 || die "another up or down has been at work for two minutes"
}

# The process that a host lives and dies with: unshare, outside of it. It wrote its pid down before it became anything,
# but a recorded pid may be somebody else's by now, so its command line is asked too.
parent_of() {
    local parent
    { read -r parent <"$run/$1.parent" && [[ $(tr '\0' ' ' <"/proc/$parent/cmdline") = *"/parts/host.sh $1 " ]]; } 2>/dev/null &&
        echo "$parent"
}

# The pid of a host's init, seen from outside; fails if that host is dead.
pid_of() {
    local parent
    parent=$(parent_of "$1") && pgrep -P "$parent"
}

# Runs a command as root inside a host, with the host's environment instead of the caller's.
inside() {
    local host=$1 pid
    shift
    pid=$(pid_of "$host") || return 1
    nsenter --target "$pid" --mount --uts --net --pid -- \
        env -i -C / HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

# await SECONDS WHAT COMMAND…: again and again until the command succeeds, or ends with 99: it never will.
await() {
    local limit=$((SECONDS + $1)) what=$2 status
    shift 2
    while status=0; "$@" || status=$?; ((status)); do
        ((SECONDS < limit && status != 99)) || { say "gave up waiting: $what"; return 1; }
        sleep 0.1
    done
}

# Docker and ufw drop what is forwarded, and with br_netfilter loaded that means what is bridged, too.
# bridged_packets -I lets the lab's pass, -D forgets that.
bridged_packets() {
    [[ $(cat /proc/sys/net/bridge/bridge-nf-call-iptables 2>/dev/null) = 1 ]] && command -v iptables >/dev/null || return 0
    iptables -w 5 "$1" FORWARD -i "$bridge" -o "$bridge" -j ACCEPT 2>/dev/null || true
}

# Ends the lab of this machine, whichever clone brought it up, and whatever state it is in.
teardown() {
    local host pid owner
    for host in "${hosts[@]}"; do
        # Its init's end is the end of every process in there, and with them of its mounts and its network.
        if pid=$(pid_of "$host") || pid=$(parent_of "$host"); then kill -KILL "$pid" || true; fi
        ip link delete "play$host" 2>/dev/null || true
    done
    ip link delete "$bridge" 2>/dev/null && bridged_packets -D
    for host in "${hosts[@]}"; do await 10 "$host ends" ended "$host"; done
    if owner=$(cat "$run/clone" 2>/dev/null); then rm -rf -- "$owner/.state"; fi
    rm -rf -- "$run"
}
ended() { ! parent_of "$1" >/dev/null; }
