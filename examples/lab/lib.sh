# Shared by the commands of the lab: its names and addresses, who may run them, and the way into a host.
# Sourced, never run.

lab=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
state=$lab/.state            # the client's half: key, known_hosts, certificate; belongs to this clone
bridge=playlab0
hosts=(web1 was1 was2)
variants="[--without replication|sticky|member] [--lang en|ko|en,ko|ko,en] [--on namespaces|loopback]"      # what `up` and `run` take
declare -A address root
declare -A receiver=([was1]=4000 [was2]=4001)
declare -A route=([was1]=tomcat1 [was2]=tomcat2)

# choose PLACE: where the lab is, and what follows from it. One lab a machine, because its addresses are the machine's; the
# addresses and ports are also in hosts.yaml and params.yaml, those of `loopback` in loopback/.
#   run              the machine's half
#   root[HOST]       before the paths of a host's own files
choose() {
    on=$1
    case $on in
        namespaces)
            # TEST-NET-2, which belongs to nobody. Not TEST-NET-1: there are virtual machines whose own network and gateway are in it.
            run=/run/play-lab net=198.51.100 root=([web1]='' [was1]='' [was2]='')
            ssh_port=22 http_port=8080 web_http=80 web_https=443 ;;
        loopback)
            # Not below the clone, because the inventory has to say where the logs are. Ports that a machine rarely has in use.
            run=/tmp/play-lab net=127.0.0 root=([web1]=$run/web1 [was1]=$run/was1 [was2]=$run/was2)
            ssh_port=22022 http_port=18080 web_http=10080 web_https=10443 ;;
    esac
    address=([web1]=$net.10 [was1]=$net.11 [was2]=$net.12)
    site=https://${address[web1]}
    if ((web_https != 443)); then site+=:$web_https; fi
}
# Where the lab is that is up.
where() { if [[ -e /tmp/play-lab/clone ]]; then echo loopback; else echo namespaces; fi; }
choose "$(where)"

umask 022     # hosts' files are not to depend on the caller's

say() { printf 'lab: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

only_namespaces() { [[ $on = namespaces ]] || die "the lab is on loopback addresses: its hosts have no network or processes of their own, so \`${0##*/}\` can do nothing there"; }

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

# The process that a host lives and dies with: unshare, outside of it, or on loopback the host's own first one. It wrote its pid down before it became anything,
# but a recorded pid may be somebody else's by now, so its command line is asked too.
parent_of() {
    local parent
    { read -r parent <"$run/$1.parent" && [[ $(tr '\0' ' ' <"/proc/$parent/cmdline") = *"/parts/host.sh $1 "* ]]; } 2>/dev/null &&
        echo "$parent"
}

# The pid of a host's init, seen from outside; fails if that host is dead.
pid_of() {
    local parent
    parent=$(parent_of "$1") && if [[ $on = loopback ]]; then echo "$parent"; else pgrep -P "$parent"; fi
}

# Runs a command as root inside a host, with the host's environment instead of the caller's.
inside() {
    local host=$1 pid own
    shift
    pid=$(pid_of "$host") || return 1
    if [[ $on = loopback ]]; then
        mapfile -t own < <(own_environment "$host")
        env -i -C / HOME="$HOME" LANG=C.UTF-8 TERM="${TERM:-dumb}" "${own[@]}" "$@"
        return
    fi
    nsenter --target "$pid" --mount --uts --net --pid -- \
        env -i -C / HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

# What makes a process one of a host's on loopback, where nothing else does. The first tells `down` whose it is.
own_environment() {
    printf '%s\n' "PLAY_LAB=$run" "CATALINA_BASE=${root[$1]}/srv/tomcat" \
        "PATH=${root[$1]}/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
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

# Ends the lab of this machine, whichever clone brought it up, wherever it is and whatever state it is in.
teardown() {
    local host pid owner place was=$on
    for place in loopback namespaces; do
        choose "$place"
        if [[ ! -e $run && ! ($on = namespaces && -e /sys/class/net/$bridge) ]]; then continue; fi
        [[ $EUID = 0 || -O $run ]] || die "there is a lab of another user's in $run: who brought it up, or root, can end it with examples/lab/down"
        for host in "${hosts[@]}"; do
            # Its init's end is the end of every process in there, and with them of its mounts and its network.
            if pid=$(pid_of "$host") || pid=$(parent_of "$host"); then
                if [[ $on = loopback ]]; then kill_tree "$pid"; else kill -KILL "$pid" || true; fi
            fi
            if [[ $on = loopback ]] && pid=$(sshd_of "$host"); then kill_tree "$pid"; fi
            if [[ $on = namespaces ]]; then ip link delete "play$host" 2>/dev/null || true; fi
        done
        if [[ $on = loopback ]]; then kill_marked; else ip link delete "$bridge" 2>/dev/null && bridged_packets -D; fi
        for host in "${hosts[@]}"; do await 10 "$host ends" ended "$host"; done
        # sshd of root wants /run/sshd. If it is ours it goes, unless somebody else's is using it by now.
        if [[ -e $run/made-run-sshd ]] && ! pgrep -x sshd >/dev/null; then rmdir /run/sshd 2>/dev/null || true; fi
        if owner=$(cat "$run/clone" 2>/dev/null); then rm -rf -- "$owner/.state"; fi
        rm -rf -- "$run"
    done
    choose "$was"
}
ended() { ! parent_of "$1" >/dev/null; }

# On loopback, where nothing ends it when its host's first process is gone. It writes over its own environment.
sshd_of() {
    local pid
    { read -r pid <"$run/$1/run/sshd.pid" && [[ $(tr '\0' ' ' <"/proc/$pid/cmdline") = *"$run/$1/etc/ssh/sshd_config"* ]]; } 2>/dev/null && echo "$pid"
}

# A process and all that descends from it; stopped first, so that none is born meanwhile.
kill_tree() {
    local child
    kill -STOP "$1" 2>/dev/null || return 0
    for child in $(pgrep -P "$1" || true); do kill_tree "$child"; done
    kill -KILL "$1" 2>/dev/null || true
}
# What left its parent behind: Tomcat does, and what a playbook left running.
kill_marked() {
    local process
    for process in /proc/[0-9]*; do
        if grep -qzxF "PLAY_LAB=$run" "$process/environ" 2>/dev/null; then kill -KILL "${process#/proc/}" 2>/dev/null || true; fi
    done
}

# is_cable NAME: a host's, or `members`, the one between the two Tomcats.
is_cable() { [[ $1 = members || -n $1 && -n ${address[$1]-} ]]; }

# cable NAME up|down
cable() {
    local host
    if [[ $1 = members ]]; then
        # Ports of a bridge that are isolated reach the others, and not each other.
        for host in was1 was2; do
            pid_of "$host" >/dev/null || die "$host is not up"
            bridge link set dev "play$host" isolated "$([[ $2 = down ]] && echo on || echo off)"
        done
        return
    fi
    pid_of "$1" >/dev/null || die "$1 is not up"
    ip link set "play$1" "$2"
}
