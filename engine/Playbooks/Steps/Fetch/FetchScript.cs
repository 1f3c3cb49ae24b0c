using Playbooks.Steps.Files;

namespace Playbooks.Steps.Fetch;

/// <summary>The scripts that read files on their machine. Names of files are words: never split, expanded or read as code. Only regular files are opened: a pipe would hang.</summary>
internal static class FetchScript
{
    /// <summary>Bytes of a block: a piece begins at a multiple of this, because `dd` skips whole blocks, and skips without reading.</summary>
    public const int Block = 64 * 1024;

    /// <summary>`FOLDER` and, for each piece, `PATH BLOCK COUNT`; answers as <see cref="Pieces"/> reads it. Where a file was cut short the answer is torn.</summary>
    public const string Take = """
        LC_ALL=C PATH=$PATH:/usr/bin:/bin
        export LC_ALL PATH
        cd "$1" || exit 1
        shift
        while [ $# -gt 0 ]; do
            if [ -f "$1" ] && [ -r "$1" ]; then
                printf 'bytes\0'
                dd bs=65536 skip="$2" count="$((($3 + 65535) / 65536))" 2>/dev/null <"$1" | head -c "$3"
                printf 'end\0'
            else printf 'gone\0'
            fi
            shift 3
        done
        printf 'done\0'
        """;

    /// <summary>`FOLDER PATH BLOCKS REST`: the checksum of the first so many blocks and bytes of a file.</summary>
    public const string Sum = """
        LC_ALL=C PATH=$PATH:/usr/bin:/bin
        export LC_ALL PATH

        """ + ChecksumScript.Choice + """
        cd "$1" || exit 1
        if [ -f "$2" ]; then
            {
                if [ "$3" != 0 ]; then dd bs=65536 count="$3"; fi
                if [ "$4" != 0 ]; then dd bs=1 count="$4"; fi
            } 2>/dev/null <"$2" | $summer | cut -c 1-64
        fi
        """;

    /// <summary>`PATH`: prints a folder in it that may not be looked into, where it is a folder; `find` would leave out what is in there. Where the path is not there, the folder above that may hide it, whole.</summary>
    public const string Closed = """
        above=${1%/*}
        while [ -n "$above" ] && [ ! -d "$above" ]; do above=${above%/*}; done
        if [ ! -e "$1" ] && [ ! -L "$1" ] && [ ! -x "${above:-/}" ]; then printf '%s\0' "${above:-/}"; fi
        cd "$1" 2>/dev/null || exit 0
        find . -type d -exec sh -c 'for d do if [ ! -r "$d" ] || [ ! -x "$d" ]; then printf "%s\0" "$d"; fi; done' sh {} + 2>/dev/null
        exit 0
        """;
}
