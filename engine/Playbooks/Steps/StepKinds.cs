using Playbooks.Steps.Fetch;
using Playbooks.Steps.Http;
using Playbooks.Steps.Log;
using Playbooks.Steps.Netstat;
using Playbooks.Steps.Script;
using Playbooks.Steps.Servers;
using Playbooks.Steps.Service;

namespace Playbooks.Steps;

/// <summary>The kinds there are. Adding one adds its file and its line here.</summary>
public static class StepKinds
{
    public static IReadOnlyList<StepKind> All { get; } =
    [
        new CommandStep(),
        new ConfirmStep(),
        new FetchStep(),
        new HttpStep(),
        new LogStep(),
        new NetstatStep(),
        new PrintStep(),
        new ScriptStep(),
        new ServiceStep(),
        new ShellStep(),
        new TcpStep(),
        new TlsStep(),
        new WaitStep(),
    ];

    /// <summary>Kinds of the language that this version does not have: refused by name, never ignored.</summary>
    public static IReadOnlySet<string> NotYet { get; } = new HashSet<string>
    {
        "copy", "template",
    };

    public static StepKind? Find(string name) => All.FirstOrDefault(kind => kind.Name == name);
}
