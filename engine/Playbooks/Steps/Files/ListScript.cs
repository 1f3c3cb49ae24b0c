namespace Playbooks.Steps.Files;

/// <summary>
/// The script that says what stands at paths of a machine. Words: <see cref="Show"/>, and then `place DEST NAME` for one file, `below FOLDER`
/// for names in it, which come through standard input, each with a NUL behind it and `./` before it, or `tree FOLDER` for all that is in it.
/// </summary>
/// <remarks>
/// Of `place` the path that is meant is NAME in DEST where DEST is a folder, and where it is a link, what that leads to; the folder that path is in is listed
/// first. `left` is what runs before may have left there. `done` comes last, and only where nothing that lists a tree failed: `find` leaves out what it cannot read, and says so only with its exit code. Then there are lists: for each path a record of a letter for what it is, `l` where it is a link or a blank, and the path; `stat`; a record with a line of `stat` for each that exists;
/// a record with a line for each file that may be read, its checksum; `end`. Records end in NUL, which no path can hold.
/// </remarks>
internal static class ListScript
{
    public const string Text = """
        LC_ALL=C PATH=$PATH:/usr/bin:/bin
        export LC_ALL PATH
        left() { for old do if [ -e "$old" ] || [ -L "$old" ]; then printf 'left %s\0' "$old"; fi; done; }
        case $2 in
        place)
            path=$3
            if [ -d "$path" ]; then path=${path%/}/$4; fi
            links=0
            while [ -L "$path" ] && [ "$links" -lt 40 ]; do
                link=$(readlink "$path"; echo x)
                link=${link%?x}
                case $link in
                /*) path=$link ;;
                *) path=${path%/*}/$link ;;
                esac
                links=$((links + 1))
            done
            left "${path%/*}"/.play-*
            sh -c "$1" sh "${path%/*}/" "$path"
            ;;
        below)
            sh -c "$1" sh "$3"
            if [ -d "$3" ] && cd "$3"; then
                xargs -0 -n 500 sh -c "$1" sh
                in=$(pwd -P; echo x)
                in=${in%?x}
                left "$in"/.play-* "${in%/*}"/.play-*
            fi
            ;;
        tree)
            sh -c "$1" sh "$3"
            if [ -d "$3" ] && cd "$3"; then
                exec 4>&1
                torn=$({ { find . -print0 3>&- 4>&- || echo find >&3; } | xargs -0 -n 500 sh -c "$1" sh 3>&- >&4 4>&- || echo xargs >&3; } 3>&1)
                if [ -n "$torn" ]; then exit 0; fi
            fi
            ;;
        esac
        printf 'done\0'
        """;

    /// <summary>Names that a tool would write in another way are given to it one by one, through its standard input; their checksums come last.</summary>
    public const string Show = """
        if stat -c %d / >/dev/null 2>&1; then flag=-c format='%f:%s:%u:%g:%d:%U:%G'
        else flag=-f format='%Xp:%z:%u:%g:%d:%Su:%Sg'
        fi

        """ + ChecksumScript.Choice + """
        if [ "$summer" = 'openssl dgst -sha256 -r' ] && ! has openssl; then printf 'nosum\0'; exit 0; fi
        backslash='*\\*' line='*
        *' return=$(printf '*\r*')
        odd() {
            case $1 in
            $backslash | $line | $return) return 0 ;;
            *) return 1 ;;
            esac
        }
        exist= plain= odd=
        for path do
            type=- link=' '
            if [ -L "$path" ]; then type=b link=l; fi
            if [ -f "$path" ]; then
                if [ -r "$path" ]; then
                    type=f
                    if odd "$path"; then odd=yes; else plain=yes; fi
                else type=u
                fi
            elif [ -d "$path" ]; then
                if [ -x "$path" ]; then type=d; else type=c; fi
            elif [ -e "$path" ]; then type=o
            fi
            case $type in - | b) ;; *) exist=yes ;; esac
            printf '%s%s%s\0' "$type" "$link" "$path"
        done
        printf 'stat\0'
        if [ -n "$exist" ]; then
            for path do if [ -e "$path" ]; then printf '%s\0' "$path"; fi; done | xargs -0 stat -L "$flag" "$format"
        fi
        printf '\0'
        if [ -n "$plain" ]; then
            for path do if [ -f "$path" ] && [ -r "$path" ] && ! odd "$path"; then printf '%s\0' "$path"; fi; done | xargs -0 $summer | cut -c 1-64
        fi
        if [ -n "$odd" ]; then
            for path do if [ -f "$path" ] && [ -r "$path" ] && odd "$path"; then $summer <"$path" | cut -c 1-64; fi; done
        fi
        printf '\0end\0'
        """;
}
