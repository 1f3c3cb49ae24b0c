namespace Playbooks.Steps.Log;

/// <summary>The script that looks at log files on their machine. What it is told are words; names of files are never split, expanded or read as code.</summary>
internal static class LogScript
{
    /// <summary>
    /// Words: `note` or `read`; the directory, empty for the root; the file's name, or empty and a pattern of sh; the marks, each
    /// `device:inode:start:size`; how many bytes to print at most; how many before a file's end to print for `note`.
    ///
    /// It prints records that end in NUL, which no name can hold. A file's bytes come after its record, as many as that says, and
    /// then `end`: where a file was cut short between the two, that is not there and the answer is torn. A file is opened first and
    /// looked at through its descriptor, so that a rotation in between cannot mix two files.
    /// </summary>
    public const string Text = """
        LC_ALL=C PATH=$PATH:/usr/bin:/bin
        export LC_ALL PATH
        mode=$1 dir=$2 name=$3 pattern=$4 marks=$5 left=$6 keep=$7
        if stat -c %d / >/dev/null 2>&1; then
            opened() { stat -L -c '%d %i %s' /dev/stdin; }
            named() { stat -L -c '%d %i %s' "$1"; }
        else
            opened() { stat -f '%d %i %z'; }
            named() { stat -L -f '%d %i %z' "$1"; }
        fi
        say() { printf '%s %s\0' "$1" "$2"; }

        look() {
            set -- "$1" $(opened)
            if [ $# -ne 4 ]; then say unreadable "$1"; return; fi
            if [ -n "$want" ] && [ "$want" != "$2:$3" ]; then return; fi
            case $seen in *" $2:$3 "*) return ;; esac
            seen="$seen$2:$3 "
            from=0
            if [ "$mode" = note ]; then
                if [ "$4" -gt "$keep" ]; then from=$(($4 - keep)); fi
            fi
            for mark in $marks; do
                case $mark in "$2:$3:"*)
                    mark=${mark#"$2:$3:"}
                    if [ "${mark#*:}" -le "$4" ]; then from=${mark%:*}; fi ;;
                esac
            done
            count=$(($4 - from))
            if [ "$count" -gt "$left" ]; then count=$left; fi
            kind=file
            if [ -n "$want" ]; then kind=moved; fi
            printf '%s %s %s %s %s %s %s\0' "$kind" "$2" "$3" "$4" "$from" "$count" "$1"
            if [ "$count" -gt 0 ]; then tail -c "+$((from + 1))" | head -c "$count"; fi
            printf 'end\0'
            left=$((left - count))
        }

        one() {
            if [ ! -f "$1" ]; then
                if [ -e "$1" ]; then say other "$1"; fi
            elif [ ! -r "$1" ]; then
                if [ "$mode" = read ]; then say unreadable "$1"; return; fi
                set -- "$1" $(named "$1")
                if [ $# -eq 4 ]; then printf 'unread %s %s %s %s\0' "$2" "$3" "$4" "$1"; fi
            else
                { look "$1"; } <"$1" || if [ -e "$1" ]; then say unreadable "$1"; fi
            fi
        }

        printf 'user %s %s\0' "$(id -u)" "$(id -un)"
        above=$dir
        while [ -n "$above" ] && [ ! -d "$above" ]; do above=${above%/*}; done
        if [ ! -x "${above:-/}" ]; then say denied "${above:-/}"; exit 0; fi
        if [ "$above" != "$dir" ]; then say absent "$dir"; exit 0; fi
        seen=' ' want=
        if [ -n "$pattern" ]; then
            if [ ! -r "$dir/" ]; then say denied "$dir/"; exit 0; fi
            IFS=
            set -- "$dir"/$pattern
            unset IFS
            for file do one "$file"; done
        else
            one "$dir/$name"
        fi
        if [ "$mode" = read ]; then
            for mark in $marks; do
                id=${mark%:*:*}
                case $seen in *" $id "*) continue ;; esac
                file=$(find -L "$dir/." -maxdepth 1 -type f -inum "${id#*:}" -exec printf '%s//' {} \; 2>/dev/null)
                file=${file%%//*}
                if [ -n "$file" ]; then
                    want=$id
                    one "$dir/${file#"$dir/./"}"
                    want=
                fi
            done
        fi
        printf 'done\0'
        exit 0
        """;
}
