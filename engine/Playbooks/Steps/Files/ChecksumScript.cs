namespace Playbooks.Steps.Files;

/// <summary>Which program of a host makes checksums: what scripts that compare files begin with.</summary>
internal static class ChecksumScript
{
    /// <summary>
    /// Sets `summer` to the program and its options; it reads standard input, and the first 64 letters of what it prints are the SHA-256. Where there is none it is openssl all the same:
    /// who must know asks `has openssl`.
    /// </summary>
    public const string Choice = """
        has() { command -v "$1" >/dev/null 2>&1; }
        if has sha256sum; then summer=sha256sum
        elif has shasum; then summer='shasum -a 256'
        elif has sha256; then summer='sha256 -r'
        else summer='openssl dgst -sha256 -r'
        fi

        """;
}
