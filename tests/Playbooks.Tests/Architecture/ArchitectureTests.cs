using System.Text.RegularExpressions;
using Playbooks.Problems;
using Xunit;

namespace Playbooks.Tests.Architecture;

/// <summary>The rules of CONTRIBUTING.md that a compiler does not know.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string[] order =
    [
        "Problems", "Templating", "Model", "Connections", "Steps", "Loading", "Planning", "Linting", "Running", "Recording", "Journal", "Scheduling", "Reporting", "Notifying", "Play",
    ];

    private static readonly Dictionary<string, string> owners = new(StringComparer.Ordinal)
    {
        ["Scriban"] = "Templating",
        ["Renci.SshNet"] = "Connections",
        ["YamlDotNet"] = "Loading",
        ["DiffPlex"] = "Model",
        ["FluentValidation"] = "Loading",
        ["Microsoft.Data.Sqlite"] = "Journal",
        ["SQLitePCL"] = "Journal",
        ["MailKit"] = "Notifying",
        ["MimeKit"] = "Notifying",
        ["Spectre.Console"] = "Play",
        ["System.CommandLine"] = "Play",
    };

    [Fact]
    public void Every_folder_has_its_place_in_the_order() =>
        Nothing(from file in SourceFile.All
                where !order.Contains(file.Folder)
                select $"{file.RelativePath}: lies in none of {string.Join(", ", order)}");

    [Fact]
    public void A_folder_uses_only_folders_before_it() =>
        Nothing(from file in SourceFile.All
                from use in file.Find(FullName()).Concat(file.Find(ShortName))
                let used = use.Match.Groups["folder"].Value
                where Array.IndexOf(order, used) > Array.IndexOf(order, file.Folder)
                select $"{use.Place}\n    {file.Folder} may not use {used}, which comes after it");

    [Fact]
    public void A_third_party_package_is_used_in_one_folder_only() =>
        Nothing(from file in SourceFile.All
                from use in file.Find(Package)
                where owners[use.Match.Value] != file.Folder
                select $"{use.Place}\n    {use.Match.Value} belongs to {owners[use.Match.Value]}");

    [Fact]
    public void A_namespace_is_its_folder() =>
        Nothing(from file in SourceFile.All
                from use in file.Find(NamespaceLine())
                where use.Match.Groups["name"].Value != file.FolderNamespace
                select $"{use.Place}\n    its folder asks for `namespace {file.FolderNamespace}`");

    [Fact]
    public void No_using_is_global() =>
        Nothing(from file in SourceFile.All from use in file.Find(GlobalUsing()) select $"{use.Place}\n    it would reach into every folder");

    [Fact]
    public void No_Scriban_type_is_in_the_public_face_of_the_engine() =>
        Nothing(from type in typeof(Problem).Assembly.GetExportedTypes()
                from face in type.GetMembers().Where(member => member.DeclaringType == type).Append<object?>(type.BaseType)
                where face?.ToString()!.Contains("Scriban.", StringComparison.Ordinal) == true
                select $"{type} shows {face}");

    private static void Nothing(IEnumerable<string> broken) => Assert.True(!broken.Any(), "\n" + string.Join('\n', broken.Take(20)));

    /// <summary><c>Running.Runner</c>: inside <c>namespace Playbooks.X</c> it needs no <c>Playbooks.</c> before it.</summary>
    private static readonly Regex ShortName = new(@"(?<![\w.])(?:" + string.Join('|', SourceFile.All.GroupBy(file => file.Folder)
        .Select(folder => $@"(?<folder>{folder.Key})\.(?:{string.Join('|', folder.Select(file => file.Name))})\b")) + ")");

    private static readonly Regex Package = new(@"(?<![\w.])(?:" + string.Join('|', owners.Keys.Select(Regex.Escape)) + @")(?=[.;])");

    [GeneratedRegex(@"\bPlaybooks\.(?<folder>[A-Z]\w*)")]
    private static partial Regex FullName();

    [GeneratedRegex(@"^\s*namespace\s+(?<name>[\w.]+)")]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^\s*global\s+using\b")]
    private static partial Regex GlobalUsing();
}
