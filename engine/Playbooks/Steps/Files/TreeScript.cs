namespace Playbooks.Steps.Files;

/// <summary>
/// The script that puts many files into their places in a folder. They come as one archive, which is compared with what was sent and unpacked beside the folder, or in it
/// where that is not possible; then each takes its place in one step, many with one process.
/// </summary>
/// <remarks>
/// Words: the folder; the beginning of the temporary folder's name; the archive's checksum; <see cref="Place"/>; then for each group of files that get the same owner and mode three words: `new` or `old`,
/// the owner or nothing, the mode or nothing. The archive holds lists of names, each with a NUL behind it: `folders` to be made, in their order; `new.N` or `old.N`, the files of group N
/// (counted from 0; paths of new ones in the archive, of old ones in the folder); `places`, pairs of a number and the folder that the files in `files/NUMBER` go to: a folder has several where it has very many.
/// </remarks>
internal static class TreeScript
{
    public const string Text = PlaceScript.Common + """
        device() { stat -c %d "$1" 2>/dev/null || stat -f %d "$1"; }
        to=$1 name=$2 sum=$3 place=$4
        shift 4
        made=
        if [ ! -d "$to" ]; then
            said=$( (umask "$mask"; mkdir "$to") 2>&1) || fail "the folder could not be made: ${said##*: }"
            made=$to
        fi
        to=$(cd "$to" && pwd -P; echo x)
        to=${to%?x}
        above=${to%/*}/
        leftovers "$above$name".* "$to/$name".*
        if [ -w "$above" ] && [ "$(device "$above")" = "$(device "$to")" ]; then new=$above$name; else new=${to%/}/$name; fi
        new=$new.$$.$(born $$)
        trap 'cd /; rm -rf "$new"; [ -z "$made" ] || rmdir "$made" 2>/dev/null' 0
        said=$(mkdir "$new" 2>&1) || fail "nothing could be written there: ${said##*: }"
        said=$(cat 2>&1 >"$new/tar") || fail "they could not be written there: ${said##*: }"
        whole "$new/tar" "$sum"
        mkdir "$new/it" && cd "$new/it" || fail "nothing could be written there"
        command -v tar >/dev/null || fail "there is no tar on the host"
        said=$(tar -xomf ../tar 2>&1) || fail "they could not be unpacked there: $(printf %s "$said" | head -n 1)"
        rm -f ../tar
        if [ -s folders ]; then began=122; said=$(umask "$mask"; list=$PWD/folders; cd "$to" && xargs -0 mkdir <"$list" 2>&1) || fail "a folder could not be made: ${said##*: }"; fi
        group=0
        while [ $# -gt 0 ]; do
            list=$PWD/$1.$group
            if [ "$1" = new ]; then in=.; else in=$to began=122; fi
            if [ -n "$2" ]; then said=$(cd "$in" && xargs -0 chown "$2" <"$list" 2>&1) || unowned "$2"; fi
            if [ -n "$3" ]; then said=$(cd "$in" && xargs -0 chmod "$(mode "$3")" <"$list" 2>&1) || fail "the mode could not be made $3: ${said##*: }"; fi
            group=$((group + 1))
            shift 3
        done
        made=
        began=122
        if [ -s places ]; then
            said=$(xargs -0 -n 100 sh -c "$place" sh "$to" <places 2>&1) || fail "not all could take their places: ${said##*: }"
        fi
        """;

    /// <summary>Patterns, because a `find` for each folder takes as long as the rest. No number has so many files that they would not fit on a command line.</summary>
    public const string Place = """
        to=$1
        shift
        while [ $# -gt 0 ]; do
            for pattern in '*' '.[!.]*' '..?*'; do
                pattern=files/$1/$pattern IFS=
                for first in $pattern; do break; done
                if [ -f "$first" ]; then mv -f -- $pattern "$to/$2/" || exit 1; fi
            done
            shift 2
        done
        """;
}
