# Sourced by `up`: installs what the lab is made of, from the distribution's own packages.

packages=(openssh-server openssh-client apache2 libapache2-mod-jk tomcat10 tomcat10-examples
          iproute2 sudo net-tools curl openssl procps util-linux mount passwd)
policy=/usr/sbin/policy-rc.d

missing_packages() {
    local package
    for package in "${packages[@]}"; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) = installed ]] || echo "$package"
    done
}

# Debian starts a service as soon as it is installed. The lab wants the programs, not services on the machine
# itself, and policy-rc.d is where Debian asks. A policy that is there already is put back afterwards.
forbid_services() {
    if [[ -e $policy || -L $policy ]]; then mv "$policy" "$policy.play-lab"; fi
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
}
allow_services() {
    rm -f "$policy"
    if [[ -e $policy.play-lab || -L $policy.play-lab ]]; then mv "$policy.play-lab" "$policy"; fi
}

# Not started now is not enough: they would start at the machine's next boot.
disable_services() {
    local package
    command -v systemctl >/dev/null || return 0
    for package in "$@"; do
        case $package in
            openssh-server) systemctl disable -q ssh.service ssh.socket ;;
            apache2 | tomcat10) systemctl disable -q "$package.service" ;;
        esac
    done 2>/dev/null || true
}

install_packages() {
    local wanted log
    command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
        die "the lab is made from Debian 12's packages, and there is no apt-get here"
    mapfile -t wanted < <(missing_packages)
    ((${#wanted[@]})) || return 0
    say "installing with apt-get: ${wanted[*]}"
    log=$(mktemp)
    trap 'allow_services; rm -f "$log"' EXIT
    forbid_services
    if ! { apt-get update && apt-get install --yes --no-install-recommends -o Dpkg::Options::=--force-confold "${wanted[@]}"; } \
        </dev/null >"$log" 2>&1 9<&-; then
        tail -n 15 "$log" >&2
        die "apt-get could not install what the lab is made of (its last lines are above)"
    fi
    allow_services
    rm -f "$log"
    trap - EXIT
    disable_services "${wanted[@]}"
}
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
