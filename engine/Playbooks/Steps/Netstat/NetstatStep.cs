using Playbooks.Model;

namespace Playbooks.Steps.Netstat;

/// <summary>`netstat`: asserts which ports a machine listens on and whom it is connected to.</summary>
public sealed class NetstatStep : StepKind
{
    private static readonly SettingType<string> Protocol = new("tcp or udp", (object? value, out string read) =>
    {
        read = value as string ?? "";
        return read is "tcp" or "udp";
    });

    private static readonly SettingType<string> Process = new("the name of a program", (object? value, out string read) =>
    {
        read = value as string ?? "";
        return read.Trim().Length > 0;
    });

    public override string Name => "netstat";

    public override string Summary => "Asserts which ports a machine listens on, and whom it is connected to, as ss or netstat shows it there.";

    public override IReadOnlyList<Key> Parameters =>
    [
        new("listening", "texts", "A port, an address:port, or a list: something listens on each, at that address or at the wildcard."),
        new("not_listening", "texts", "A port, an address:port, or a list: nothing listens on any of them."),
        new("connected_to", "texts", "A port, an address:port, a host:port, or a list: an established connection leads to each."),
        new("process", "text", "The program that must own those sockets, such as java."),
        new("only", "boolean", "Nothing else listens, at no other address either; with `process` that program on nothing else. Ports that connections are given (ip_local_port_range), and forwarded ones of sshd, do not count."),
        new("protocol", "text", "Which sockets are looked at.") { Choices = ["tcp", "udp"], Default = "tcp" },
    ];

    public override IReadOnlyList<ResultField> Fields =>
    [
        new("sockets", "list", "The sockets that were asked about and are there: protocol, local_address, local_port, remote_address, remote_port, state, process, pid."),
        new("missing", "list", "What was asked for in `listening` and `connected_to` and is not there, as it was written."),
        new("unexpected", "list", "What was asked for in `not_listening` and is there, as it was written; with `only`, what listens beside `listening`."),
    ];

    public override IReadOnlyList<string> Answer => ["sockets"];

    public override KindWork? Bind(Arguments arguments)
    {
        var listening = arguments.Get("listening", Endpoint.List);
        var notListening = arguments.Get("not_listening", Endpoint.List);
        var connectedTo = arguments.Get("connected_to", Endpoint.List);
        if (!arguments.Has("listening") && !arguments.Has("connected_to"))
        {
            if (!arguments.Has("not_listening")) arguments.Problems.Add(arguments.At, "this `netstat` asserts nothing", "give it `listening`, `not_listening` or `connected_to`");
            else if (arguments.Has("process")) arguments.Problems.Add(arguments.PlaceOf("process"), "`process` says who must own a socket, and here there must be none", "leave it out: nothing may listen there, whoever it is");
        }
        if (arguments.Has("only") && !arguments.Has("listening")) arguments.Problems.Add(arguments.PlaceOf("only"), "`only` says that nothing listens beside what is in `listening`, and there is none", "give it `listening`, with all that may listen");
        return new NetstatWork(this, listening, notListening, connectedTo, arguments.Get("process", Process), arguments.Get("protocol", Protocol, "tcp")) { Only = arguments.Get("only", SettingTypes.Boolean) };
    }
}
