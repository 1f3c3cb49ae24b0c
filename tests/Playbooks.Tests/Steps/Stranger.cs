using System.Runtime.Versioning;

namespace Playbooks.Tests.Steps;

/// <summary>Lets a step run as somebody who may not touch a file or a directory: nobody, or ourselves where we are not root.</summary>
[SupportedOSPlatform("linux")]
internal sealed class Stranger : IDisposable
{
    private readonly string path;
    private readonly UnixFileMode before;

    public Stranger(KindHarness harness, string path)
    {
        (this.path, before) = (path, File.GetUnixFileMode(path));
        for (var above = Path.GetDirectoryName(path)!; above.StartsWith(Path.GetTempPath(), StringComparison.Ordinal); above = Path.GetDirectoryName(above)!)
            File.SetUnixFileMode(above, File.GetUnixFileMode(above) | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(path, UnixFileMode.None);
        if (Environment.IsPrivilegedProcess) harness.Sudo = "nobody";
    }

    public string Name { get; } = Environment.IsPrivilegedProcess ? "nobody" : Environment.UserName;

    public void Dispose() => File.SetUnixFileMode(path, before);
}
