#!/usr/bin/env bash
# PID 1 of one host of the lab: `up` runs it in namespaces of its own as `host.sh NAME`. It gives the host its own
# files, network, user and sshd (and httpd on web1), and then only reaps orphans: killing it ends the whole host.
set -euo pipefail
. "$(dirname "$0")/../lib.sh"
name=$1
own=$run/own        # only a mount point; the tmpfs on it is seen in this host alone

# A few bind mounts of one tmpfs instead of an overlay over /: that needs no overlay in the kernel, works where / is
# an overlay already, and everything else of the machine can be made read-only, so that nothing done on a host
# can harm it. /etc is copied anew at every boot: an older copy might lack the user of a package installed since.
# /run last: it hides where all of them come from.
private=(etc home root srv tmp usr/local/bin var/log var/tmp run)

make_private_files() {
    local directory
    mount -t tmpfs -o mode=755 tmpfs "$own"
    for directory in "${private[@]}"; do mkdir -p "$own/$directory"; done
    cp -a /etc/. "$own/etc/"
    chmod 1777 "$own/tmp" "$own/var/tmp"
    chmod 700 "$own/root"
    mkdir -p "$own/run/lock" "$own/run/sshd"

    # The names that sudo and java look up; nothing else resolves, because nothing else can be reached.
    echo "$name" >"$own/etc/hostname"
    { echo "127.0.0.1 localhost"; for host in "${hosts[@]}"; do echo "${address[$host]} $host"; done; } >"$own/etc/hosts"
    rm -f "$own/etc/resolv.conf"
    : >"$own/etc/resolv.conf"

    rm -rf "$own/etc/ssh"
    install -d "$own/etc/ssh"
    install -m 644 "$lab/etc/sshd_config" "$own/etc/ssh/"
    install -m 600 "$run/keys/$name"/*_key "$own/etc/ssh/"
}

# From here on the clone itself may be hidden (under /tmp or /home), so all of it has been copied before.
enter_private_files() {
    local directory
    for directory in "${private[@]}"; do mount --bind "$own/$directory" "/$directory"; done
    mount -o remount,bind,ro /
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts /dev/pts
    cd /
}

make_user() {
    # The machine may have a user of that name; this is the copy.
    sed -i '/^wasadm:/d' /etc/passwd /etc/shadow /etc/group /etc/gshadow
    # '*', not '!': sshd without PAM refuses a locked account even with a key.
    useradd --uid 4077 --user-group --create-home --shell /bin/bash --password '*' wasadm
    install -d -m 700 -o wasadm -g wasadm /home/wasadm/.ssh
    install -m 600 -o wasadm -g wasadm "$1" /home/wasadm/.ssh/authorized_keys
    printf 'wasadm ALL=(ALL:ALL) NOPASSWD: ALL\n' >/etc/sudoers.d/wasadm
    chmod 440 /etc/sudoers.d/wasadm
}

# `up` puts eth0 in once it knows this process.
join_network() {
    hostname "$name"
    ip link set lo up
    await 20 "the cable of $name" ip link set eth0 up 2>/dev/null
    ip address add "${address[$name]}/24" dev eth0
    ip route add 224.0.0.0/4 dev eth0        # there is no default route, and membership is multicast
}

make_web() {    # before entering
    rm -rf "$own/etc/apache2"
    install -d "$own/etc/apache2" "$own/etc/ssl/lab" "$own/var/log/apache2" "$own/srv/www/.well-known/acme-challenge"
    cp /etc/apache2/envvars "$own/etc/apache2/"
    for file in apache2.conf workers.properties; do
        sed -e "s/@net@/$net/" -e "s/@secret@/$(<"$run/secret")/" -e "s/@sticky@/$([[ $without != sticky ]] && echo True || echo False)/" \
            "$lab/etc/$file" >"$own/etc/apache2/$file"
    done
    install -m 600 "$run/keys"/web1.{crt,key} "$own/etc/ssl/lab/"
    echo "served by httpd itself" >"$own/srv/www/.well-known/acme-challenge/test"
}

make_was() {    # before entering
    local base=$own/srv/tomcat app=$own/srv/tomcat/webapps/ROOT/WEB-INF lang
    lang=$(<"$run/lang.$name")
    install -m 755 "$lab"/bin/* "$own/usr/local/bin/"
    install -d "$base"/{bin,conf,lib,logs,temp,work} "$app/classes/listeners"
    cp "$lab"/etc/{server.xml,context.xml,logging.properties} /usr/share/tomcat10/etc/web.xml "$base/conf/"
    { cat /usr/share/tomcat10/etc/catalina.properties
      printf '\nlab.%s' "address=${address[$name]}" "receiver=${receiver[$name]}" "route=${route[$name]}" "secret=$(<"$run/secret")"
      echo; } >"$base/conf/catalina.properties"
    # One line: catalina.sh puts it through eval.
    echo "CATALINA_OPTS='-Xms32m -Xmx96m -Xss512k -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Djava.net.preferIPv4Stack=true -Duser.language=$lang'" >"$base/bin/setenv.sh"
    # The messages of the other languages come in jars of their own; the English ones are built in.
    if [[ $lang != en ]]; then ln -s "/usr/share/java/tomcat10-i18n-$lang.jar" "$base/lib/"; fi
    cp "$lab/app/session.jsp" "$app/.."
    cp "$lab/app/web.xml" "$app/"
    cp /usr/share/tomcat10-examples/examples/WEB-INF/classes/listeners/SessionListener.class "$app/classes/listeners/"
    if [[ $without = replication ]]; then sed -i '/<distributable\/>/d' "$app/web.xml"; fi
    if [[ $without = member && $name = was2 ]]; then sed -i '/<Cluster /,/<\/Cluster>/d' "$base/conf/server.xml"; fi
}

without=$(<"$run/without")
make_private_files
if [[ $name = web1 ]]; then make_web; else make_was; fi
cp "$run/keys/client.pub" "$own/tmp/client.pub"
enter_private_files
make_user /tmp/client.pub
rm /tmp/client.pub
join_network
/usr/sbin/sshd
if [[ $name = web1 ]]; then apache2ctl start; else chown -R wasadm:wasadm /srv/tomcat; fi
touch /run/booted

# bash reaps whatever the namespace hands to its init, also what it did not start itself.
while :; do
    sleep infinity &
    wait $! || true
done
