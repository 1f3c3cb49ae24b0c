namespace Playbooks.Steps.Log;

/// <summary>The script that looks at log files on their machine. What it is told are words; names of files are never split, expanded or read as code.</summary>
internal static class LogScript
{
    /// <summary>Bytes of a block: what is read of a file begins at a multiple of this, because `dd` skips whole blocks, and skips without reading.</summary>
    public const int Block = 512;

    /// <summary>
    /// `list DIRECTORY NAME PATTERN SUFFIXED|ALL` says which files there are: those of the name (or of the pattern of sh), then those with
    /// more behind the name, or all of the directory. Records end in NUL, which no name can hold; after them come the lines of `stat`, in
    /// the same order, one process for all: `device inode size born changed`, the last as a text that sorts by time.
    ///
    /// `read` and, for each file, `PATH DEVICE:INODE BLOCK COUNT` prints bytes. A file is opened first and asked through its descriptor who
    /// it is, so that a rotation in between cannot mix two files. After the bytes stands `end`: where a file was cut short it is not there,
    /// and the answer is torn.
    /// </summary>
    public const string Text = """
        LC_ALL=C TZ=UTC0 PATH=$PATH:/usr/bin:/bin
        export LC_ALL TZ PATH
        if stat -c %d / >/dev/null 2>&1; then
            flag=-c format='%d %i %s %W %y'
            opened() { stat -L -c '%d:%i' /dev/stdin; }
        else
            flag=-f format='%d %i %z %B %Fm'
            opened() { stat -f '%d:%i'; }
        fi
        say() { printf '%s %s\0' "$1" "$2"; }

        files() {
            some=
            for file do
                if [ ! -f "$file" ]; then
                    if [ -e "$file" ]; then say other "$file"; fi
                    continue
                fi
                some=yes
                if [ -r "$file" ]; then say file "$file"; else say unreadable "$file"; fi
            done
            printf 'stat\0'
            if [ -n "$some" ]; then
                for file do if [ -f "$file" ]; then printf '%s\0' "$file"; fi; done | xargs -0 stat -L "$flag" "$format"
            fi
            printf '\0'
        }

        list() {
            dir=$1 name=$2 pattern=$3 more=$4
            printf 'user %s %s\0' "$(id -u)" "$(id -un)"
            above=$dir
            while [ -n "$above" ] && [ ! -d "$above" ]; do above=${above%/*}; done
            if [ ! -x "${above:-/}" ]; then say denied "${above:-/}"; return; fi
            if [ "$above" != "$dir" ]; then say absent "$dir"; return; fi
            if [ -n "$pattern" ] && [ ! -r "$dir/" ]; then say denied "$dir/"; return; fi
            IFS=
            if [ "$more" = all ]; then files "$dir"/* "$dir"/.[!.]*
            elif [ -n "$pattern" ]; then
                files "$dir"/$pattern
                files "$dir"/$pattern[.-]*
            else
                files "$dir/$name"
                files "$dir/$name"[.-]*
            fi
            printf 'done\0'
        }

        if [ "$1" = list ]; then
            list "$2" "$3" "$4" "$5"
            exit 0
        fi
        shift
        while [ $# -gt 0 ]; do
            if [ -f "$1" ]; then
                {
                    if [ "$(opened)" = "$2" ]; then
                        printf 'bytes\0'
                        dd bs=512 skip="$3" count="$(($4 / 512 + 1))" 2>/dev/null | head -c "$4"
                        printf 'end\0'
                    else printf 'gone\0'
                    fi
                } <"$1" || printf 'gone\0'
            else printf 'gone\0'
            fi
            shift 4
        done
        printf 'done\0'
        """;
}
