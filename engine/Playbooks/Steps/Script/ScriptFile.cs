using System.Text;
using Playbooks.Model;
using Playbooks.Problems;

namespace Playbooks.Steps.Script;

/// <summary>The file of a `script` step, read when the playbook is: what runs is what was checked.</summary>
/// <param name="Name">Without its folders.</param>
/// <param name="Bytes">All of it.</param>
/// <param name="Program">What its `#!` line asks for, else /bin/sh.</param>
/// <param name="Option">The rest of that line, which the program gets as one argument; null: none.</param>
/// <param name="Source">The same as a text, for people.</param>
internal sealed record ScriptFile(string Name, byte[] Bytes, string Program, string? Option, SourceText Source)
{
    private const int MostBytes = 16 << 20;

    /// <summary>Null where it cannot be read, and the problems say why.</summary>
    public static ScriptFile? Read(Arguments arguments, string parameter)
    {
        var problems = arguments.Problems;
        if (arguments.Raw(parameter) is not ScalarNode { Value: string { Length: > 0 } written } node)
        {
            problems.Add(arguments.PlaceOf(parameter), $"`{parameter}` must be the path of a file");
            return null;
        }
        if (written.Contains("{{", StringComparison.Ordinal))
        {
            problems.Add(node.At, "the path of a script holds no templates: what will be run is read before the run", "write a step for each file, with `when`");
            return null;
        }
        var path = LocalFile.PathOf(written, node.At);
        try
        {
            var bytes = LocalFile.Read(path, MostBytes);
            if (bytes.Length == 0) problems.Add(node.At, $"{path} is empty");
            else if (bytes.Length > MostBytes) problems.Add(node.At, $"{path} is larger than {MostBytes >> 20} MiB, which is no script any more");
            else if (ProgramOf(bytes, out var program, out var option) is { } wrong) problems.Add(node.At, $"{path}: {wrong}");
            else return new ScriptFile(Path.GetFileName(path), bytes, program, option, new SourceText(path, Encoding.UTF8.GetString(bytes)));
        }
        catch (Exception e) when (LocalFile.IsUnreadable(e))
        {
            problems.Add(node.At, LocalFile.Problem(path, e));
        }
        return null;
    }

    /// <summary>Reads the `#!` line as Linux does (execve(2)): a path, and the rest as one argument. Null, or what is wrong with it.</summary>
    private static string? ProgramOf(byte[] bytes, out string program, out string? option)
    {
        (program, option) = ("/bin/sh", null);
        if (!bytes.AsSpan().StartsWith("#!"u8)) return null;
        var end = bytes.AsSpan().IndexOf((byte)'\n');
        var line = Encoding.UTF8.GetString(bytes.AsSpan(2, (end < 0 ? bytes.Length : end) - 2));
        if (line.EndsWith('\r')) return "its #! line ends in a carriage return, which would become a part of the program's name; save it with Unix line ends";
        var parts = line.Trim(' ', '\t').Split([' ', '\t'], 2);
        (program, option) = (parts[0], parts.Length > 1 ? parts[1].TrimStart(' ', '\t') : null);
        if (!program.StartsWith('/')) return "its #! line names no program by its whole path";
        return line.Contains('\0', StringComparison.Ordinal) ? "its #! line holds a NUL character" : null;
    }
}
