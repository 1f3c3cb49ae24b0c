using System.Globalization;
using System.Text.RegularExpressions;
using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Problems;
using Xunit;

namespace Playbooks.Tests.Docs;

/// <summary>The examples of the reference, in docs/examples, and what becomes of each in a test.</summary>
internal static partial class Examples
{
    public static string Folder => Repository.PathOf("docs", "examples");

    /// <summary>Those that run.</summary>
    public static IEnumerable<string> Names => Directory.EnumerateFiles(Folder, "*.yaml").Select(path => Path.GetFileName(path)).Where(name => name is not ("hosts.yaml" or "actions.yaml")).Order(StringComparer.Ordinal);

    /// <summary>They need a machine of their own, which only root can make.</summary>
    public static bool NeedsMachine(string name) => name is "reboot.yaml" or "service.yaml";

    /// <summary>As its comment says; 0 where it says nothing.</summary>
    public static int ExitCode(string name) =>
        CodeText().Match(File.ReadAllText(Path.Combine(Folder, name))) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;

    /// <summary>For who reads the page: how far it is proven.</summary>
    public static string Told(string name) => name switch
    {
        "hosts.yaml" => "a test reads it, and reaches none of its hosts.",
        "actions.yaml" => "brought in by the playbook below, which a test runs.",
        "notify.yaml" => "a test runs it with `--no-notify`: nobody is told. Each way of telling people has tests of its own.",
        _ when NeedsMachine(name) => "a test runs it on a machine of its own, which takes root; where tests have none it is only planned.",
        _ => $"a test runs it on SSH servers{(ExitCode(name) is > 0 and var code ? $", and it ends with exit code {code}" : "")}.",
    };

    public static IReadOnlyList<Step> Steps(string name)
    {
        var problems = new ProblemList();
        var playbook = new PlaybookLoader(problems).Load(Path.Combine(Folder, name));
        Assert.Empty(problems);
        return playbook!.Steps;
    }

    [GeneratedRegex(@"^# Ends with exit code (\d+)", RegexOptions.Multiline)]
    private static partial Regex CodeText();
}
