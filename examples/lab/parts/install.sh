# Sourced by `up`: installs what the lab is made of, from the distribution's own packages.

packages=(openssh-server openssh-client apache2 libapache2-mod-jk tomcat10 tomcat10-examples libtomcat10-java
          iproute2 sudo net-tools curl openssl procps util-linux mount passwd libxml2-utils)

install_packages() {
    command -v apt-get >/dev/null || die "the lab is made from Debian 12's packages, and there is no apt-get here"
    "$lab/../../engine/install.sh" lab "${packages[@]}" 9<&- || exit 1
}
