namespace Playbooks.Steps.Files;

/// <summary>
/// The script that puts one file into its place. It is written beside it, compared with what was sent, gets owner and mode, is validated, and
/// then takes the place in one step: whatever ends this, the old file is there or the new one.
/// </summary>
/// <remarks>
/// Words: the path; the beginning of the temporary file's name, which is the same for every run that writes this file; its checksum; the owner as chown has it, or nothing;
/// the mode, or `less` and the mode that the umask is taken from; `yes` for a backup; then the words of a validation, none: no validation. The content is the standard input.
/// </remarks>
internal static class PlaceScript
{
    /// <summary>The exit code that says: not done, nothing was changed, and why stands on standard error.</summary>
    public const int NotDone = 120;

    /// <summary>The same, but something may have been changed before.</summary>
    public const int HalfDone = 122;

    /// <summary>The exit code that says: the validation said no. The output is its exit code, a NUL, and what it printed.</summary>
    public const int Refused = 121;

    /// <summary>What the scripts that write begin with.</summary>
    public const string Common = """
        LC_ALL=C PATH=$PATH:/usr/bin:/bin
        export LC_ALL PATH

        """ + ChecksumScript.Choice + """
        began=120
        fail() { printf '%s\n' "$1" >&2; exit $began; }
        unowned() {
            case $said in
            *': invalid '* | *': unknown '* | *': illegal '*) fail "there is no such user or group there: $1" ;;
            *) fail "the owner could not be made $1: ${said##*: }" ;;
            esac
        }
        trap 'exit 129' 1
        trap 'exit 130' 2
        trap 'exit 143' 15
        mask=$(umask)
        umask 077
        sum() { $summer <"$1" | cut -c 1-64; }
        whole() { [ "$(sum "$1")" = "$2" ] || fail "it did not arrive as a whole"; }
        mode() {
            case $1 in
            less*) printf '%o' $((0${1#less} & ~0$mask)) ;;
            *) printf %s "$1" ;;
            esac
        }
        born() {
            line=
            { read -r line <"/proc/$1/stat"; } 2>/dev/null
            case ${line##*) } in
            Z* | X*) ;;
            '') if [ ! -e /proc/self ] && kill -0 "$1" 2>/dev/null; then echo 0; fi ;;
            *)
                set -- ${line##*) }
                echo "${20}"
                ;;
            esac
        }
        leftovers() {
            for old do
                if [ -e "$old" ] || [ -L "$old" ]; then
                    writer=${old##*/}
                    writer=${writer#.play-*.}
                    since=$(born "${writer%%.*}")
                    if [ -z "$since" ] || [ "$since" != "${writer#*.}" ]; then rm -rf "$old" 2>/dev/null; fi
                    if [ -e "$old" ] || [ -L "$old" ]; then printf 'left %s\0' "$old"; fi
                fi
            done
        }

        """;

    public const string Text = Common + """
        path=$1 name=$2 sum=$3 owner=$4 mode=$5 backup=$6
        shift 6
        folder=${path%/*}/
        new=$folder$name.$$.$(born $$)
        leftovers "$folder$name".*
        trap 'rm -f "$new"' 0
        said=$( (set -C; cat >"$new") 2>&1) || fail "it could not be written there: ${said##*: }"
        whole "$new" "$sum"
        dd if=/dev/null of="$new" conv=notrunc,fsync 2>/dev/null
        [ -z "$owner" ] || said=$(chown "$owner" "$new" 2>&1) || unowned "$owner"
        said=$(chmod "$(mode "$mode")" "$new" 2>&1) || fail "its mode could not be set: ${said##*: }"
        if [ $# -gt 0 ]; then
            for word do
                shift
                out=
                while :; do
                    case $word in
                    *%s*) out=$out${word%%%s*}$new word=${word#*%s} ;;
                    *) break ;;
                    esac
                done
                set -- "$@" "$out$word"
            done
            said=$("$@" 2>&1 </dev/null) || { printf '%s\0%s' "$?" "$said"; exit 121; }
        fi
        if [ -d "$path" ]; then fail "a folder has taken its place"; fi
        kept=
        if [ "$backup" = yes ] && [ -e "$path" ]; then
            kept=$path.$(date +%Y%m%d-%H%M%S)
            if [ -e "$kept.bak" ]; then kept=$kept-$$; fi
            kept=$kept.bak
            ln "$path" "$kept" 2>/dev/null || said=$(cp -p "$path" "$kept" 2>&1) || { rm -f "$kept"; fail "the old file could not be kept: ${said##*: }"; }
            printf 'backup %s\0' "$kept"
        fi
        said=$(mv -f "$new" "$path" 2>&1) || { [ -z "$kept" ] || rm -f "$kept"; fail "it could not take its place: ${said##*: }"; }
        """;

    /// <summary>Only owner and mode, of a file whose content is right. Words: the path, the owner or nothing, the mode or nothing.</summary>
    public const string Only = Common + """
        if [ -n "$2" ]; then
            said=$(chown "$2" "$1" 2>&1) || unowned "$2"
            began=122
        fi
        [ -z "$3" ] || said=$(chmod "$3" "$1" 2>&1) || fail "its mode could not be set: ${said##*: }"
        """;

    /// <summary>Only removes what runs before left, and names what it does not. Words: their paths.</summary>
    public const string Clean = Common + "leftovers \"$@\"";
}
