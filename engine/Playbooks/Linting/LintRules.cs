namespace Playbooks.Linting;

/// <summary>The rules there are. Adding one adds its file and its line here.</summary>
public static class LintRules
{
    public static IReadOnlyList<LintRule> All { get; } =
    [
        new AssertCannotFail(),
        new CaptureUnused(),
        new CommandWantsShell(),
        new LogInOneLanguage(),
        new LogWithoutAnchor(),
        new RawInShell(),
        new RestartAllAtOnce(),
        new SecretOnCommandLine(),
        new StopWithoutStart(),
        new UndoReadsCapture(),
        new UnnamedStep(),
        new UselessAllow(),
        new YamlSurprise(),
    ];

    public static LintRule? Find(string name) => All.FirstOrDefault(rule => rule.Name == name);
}
