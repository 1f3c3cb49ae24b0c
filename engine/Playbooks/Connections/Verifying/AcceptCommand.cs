namespace Playbooks.Connections.Verifying;

/// <summary>The command by which a user accepts a host's key: it can be copied to a shell as it is.</summary>
internal static class AcceptCommand
{
    /// <summary>Adds a key that is not known.</summary>
    public static string Add(ConnectTarget target, byte[] key)
    {
        if (target.NotedIn is not { } file) return $"ssh: {{ host_key: {KeyBlob.TypeOf(key)} {Convert.ToBase64String(key)} }}  # in the inventory";
        var folder = Path.GetDirectoryName(file)!;
        var line = ShellText.Word($"{target.KnownName} {KeyBlob.TypeOf(key)} {Convert.ToBase64String(key)}");
        // A last line without its end would swallow the new one.
        var print = AppendedFile.EndsInLine(file) ? $"echo {line}" : $"printf '\\n%s\\n' {line}";
        if (!AppendedFile.IsWritable(file)) return $"{print} | sudo tee -a {ShellText.Word(file)}";
        return $"{(Directory.Exists(folder) ? "" : $"mkdir -p -m 700 {ShellText.Word(folder)} && ")}{print} >> {ShellText.Word(file)}";
    }

    /// <summary>As the end of a sentence: forgets the old keys, wherever they stand, and adds the new one.</summary>
    public static string Replace(ConnectTarget target, byte[] key, IReadOnlyList<KnownHostLine> known)
    {
        // ssh-keygen drops whole lines, also those that speak of other hosts.
        var shared = known.Where(line => line.PlainNames is null ? !line.Hosts.StartsWith('|') : line.PlainNames.Count > 1).Select(line => line.Where).ToList();
        var files = known.Select(line => line.File).Distinct().ToList();
        return shared.Count == 0
            ? $"forget the old key and accept the new one:\n{string.Join(" && ", files.Select(file => $"{Root(file)}ssh-keygen -R {ShellText.Word(target.KnownName)} -f {ShellText.Word(file)}").Append(Add(target, key)))}"
            : $"take {target.KnownName} out of {string.Join(", ", shared)} by hand, for that speaks of other hosts too, and accept the new one:\n{Add(target, key)}";
    }

    /// <summary>ssh-keygen writes the file anew, beside the old one.</summary>
    private static string Root(string file) => AppendedFile.IsWritable(file) && AppendedFile.IsWritable(Path.GetDirectoryName(file)!) ? "" : "sudo ";
}
