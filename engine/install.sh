#!/usr/bin/env bash
# engine/install.sh WHO PACKAGE…: installs those of the Debian packages that are missing, as root or through sudo, and says which.
# `play`, `test` and the lab share it. A service that comes with a package (sshd, a web server) is neither started nor
# enabled: the tests and the lab want the programs, and start them on addresses of their own.
set -euo pipefail
who=$1
shift

say() { printf '%s: %s\n' "$who" "$*" >&2; }
die() { say "$*"; exit 1; }

missing() {
  local package
  for package; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) = installed ]] || echo "$package"
  done
}

if ! command -v apt-get >/dev/null; then
  say "there is no apt-get here, so this trusts that you have what Debian calls: $*"
  exit 0
fi
mapfile -t wanted < <(missing "$@")
((${#wanted[@]})) || exit 0

if ((EUID)); then
  command -v sudo >/dev/null || die "needs the packages ${wanted[*]}; only root can install them, and there is no sudo here"
  ask=(); [[ -t 0 ]] || ask=(-n)      # nobody is there to type a password
  sudo "${ask[@]}" -- "$BASH" "$0" "$who" "$@" || die "needs the packages ${wanted[*]}, and could not install them through sudo"
  exit 0
fi

# One at a time: two would stumble over each other's policy-rc.d. The lock is on a directory that is there anyway.
exec 9</etc/apt
flock 9
mapfile -t wanted < <(missing "$@")
((${#wanted[@]})) || exit 0
say "installing with apt-get: ${wanted[*]}"

# Debian asks policy-rc.d before it starts a service. A policy that is there already is put back afterwards.
policy=/usr/sbin/policy-rc.d
log=$(mktemp)
restore() {
  rm -f "$policy" "$log"
  if [[ -e $policy.play || -L $policy.play ]]; then mv "$policy.play" "$policy"; fi
}
trap restore EXIT
if [[ -e $policy || -L $policy ]]; then mv "$policy" "$policy.play"; fi
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"

export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
apt() { apt-get -o DPkg::Lock::Timeout=300 "$@" </dev/null >>"$log" 2>&1 9<&-; }
apt update || true                    # without a network what is cached may still do
if ! apt install --yes --no-install-recommends -o Dpkg::Options::=--force-confold "${wanted[@]}"; then
  tail -n 15 "$log" >&2
  die "apt-get could not install ${wanted[*]} (its last lines are above)"
fi

# Not started now is not enough: they would start at the machine's next boot.
if command -v systemctl >/dev/null; then
  for package in "${wanted[@]}"; do
    case $package in
      openssh-server) systemctl disable -q ssh.service ssh.socket ;;
      apache2 | tomcat10) systemctl disable -q "$package.service" ;;
    esac
  done 2>/dev/null || true
fi
