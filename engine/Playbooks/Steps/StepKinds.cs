using Playbooks.Steps.Fetch;
using Playbooks.Steps.Files;
using Playbooks.Steps.Http;
using Playbooks.Steps.Log;
using Playbooks.Steps.Netstat;
using Playbooks.Steps.Reboot;
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
        new CopyStep(),
        new FetchStep(),
        new HttpStep(),
        new LogStep(),
        new NetstatStep(),
        new PrintStep(),
        new RebootStep(),
        new ScriptStep(),
        new ServiceStep(),
        new ShellStep(),
        new TcpStep(),
        new TemplateStep(),
        new TlsStep(),
        new WaitStep(),
    ];

    public static StepKind? Find(string name) => All.FirstOrDefault(kind => kind.Name == name);
}
