using System.Runtime.CompilerServices;
using Xunit;

namespace Playbooks.Tests.Snapshots;

/// <summary>
/// Compares a text with the one that was accepted before, with the call and the file names of Verify.Xunit:
/// <c>Class.Method.verified.txt</c> beside the test, <c>Class.Method.received.txt</c> where they differ. `tests/accept` takes
/// what was received.
/// </summary>
internal static class Verifier
{
    /// <param name="parameters">Tells the cases of a theory apart: <c>Class.Method_parameters.verified.txt</c>.</param>
    public static async Task Verify(
        string text, string? parameters = null, [CallerFilePath] string file = "", [CallerMemberName] string method = "")
    {
        var stem = Path.Combine(Path.GetDirectoryName(file)!,
            $"{Path.GetFileNameWithoutExtension(file)}.{method}{(parameters is null ? "" : "_" + FileName(parameters))}");
        var (verified, received) = (stem + ".verified.txt", stem + ".received.txt");
        var actual = text.ReplaceLineEndings("\n");
        var expected = File.Exists(verified) ? (await File.ReadAllTextAsync(verified)).ReplaceLineEndings("\n") : null;
        if (actual == expected)
        {
            File.Delete(received);
            return;
        }

        await File.WriteAllTextAsync(received, actual);
        Assert.Fail(expected is null
            ? $"a new snapshot; read {received}, then take it with tests/accept:\n{actual}"
            : $"{verified}\ndiffers (tests/accept takes what was received):\n{LineDiff.Show(expected, actual)}");
    }

    /// <summary>Compares a file of the repository with what it is made of: `NAME.received.EXT` is left beside it where they differ.</summary>
    public static async Task VerifyFile(string path, string text)
    {
        var received = Path.ChangeExtension(path, ".received" + Path.GetExtension(path));
        if (File.Exists(path) && (await File.ReadAllTextAsync(path)).ReplaceLineEndings("\n") == text)
        {
            File.Delete(received);
            return;
        }
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(received, text);
        Assert.Fail($"{path}\n{(File.Exists(path) ? $"differs (tests/accept takes what was received):\n{LineDiff.Show((await File.ReadAllTextAsync(path)).ReplaceLineEndings("\n"), text)}" : "is not there; tests/accept takes what was received")}");
    }

    private static string FileName(string text) => string.Concat(text.Select(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or '=' or ' ' ? c : '-'));
}
