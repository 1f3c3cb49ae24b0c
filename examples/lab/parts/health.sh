# Sourced by `up`: is the lab what it should be? Asked at the end of a start, and before one to see whether it is needed.

page() { curl -sk --noproxy '*' --max-time 3 "$@"; }
answers() { page -o /dev/null "http://${address[$1]}:$http_port/session.jsp"; }
# bash waits for a connection as long as the kernel does, minutes behind a cut cable: hence `timeout`.
ssh_answers() { timeout 3 bash -c 'read -r banner <"/dev/tcp/$0/$1" && [[ $banner = SSH-* ]]' "${address[$1]}" "$ssh_port" 2>/dev/null; }

# The last word of the log on whether the other one is there. The level and the text are localized, the names are not.
sees_the_other() {
    inside "$1" grep -o 'SimpleTcpCluster.member\(Added\|Disappeared\)' "${root[$1]}/srv/tomcat/logs/catalina.out" |
        tail -n 1 | grep -q Added
}

# Not `grep -q`: it would be gone before curl has written all, which is then an error.
worker_ok() { page "$site/jkstatus?mime=prop" | grep "^worker\.${route[$1]}\.state=OK" >/dev/null; }

healthy() {
    local host
    for host in "${hosts[@]}"; do
        pid_of "$host" >/dev/null && ssh_answers "$host" || return 1
    done
    for host in was1 was2; do
        answers "$host" || return 1
        [[ $(<"$run/without") = member ]] || sees_the_other "$host" || return 1
    done
    # Two visitors, one for each worker.
    for host in was1 was2; do page -f -o /dev/null "$site/session.jsp" || return 1; done
    for host in was1 was2; do worker_ok "$host" || return 1; done
}
