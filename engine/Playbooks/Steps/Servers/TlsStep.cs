using Playbooks.Model;

namespace Playbooks.Steps.Servers;

/// <summary>`tls`: looks at the certificate that a server shows.</summary>
public sealed class TlsStep : StepKind
{
    public override string Name => "tls";

    public override string Summary => "Looks at the certificate that a server shows, whether it is trusted or not: how long it is valid, whose it is, whether it is the one in a file.";

    public override string BareParameter => "address";

    public override IReadOnlyList<Key> Parameters =>
    [
        new("address", "text", "A host, or host:port; an IPv6 address stands in brackets. Port 443 unless said.", Required: true),
        new("server_name", "text", "The name to ask for, and that the certificate must be for; the address's host unless said."),
        new("ca", "text", "A PEM file with the certificates to trust instead of the system's; the path starts at this file's folder."),
        new("file", "text", "A PEM file whose first certificate the server should show: on the step's host where it has `hosts`, else on this machine, where the path starts at this file's folder."),
    ];

    public override IReadOnlyList<ResultField> Fields =>
    [
        new("subject", "text", "Whose it is, as a distinguished name."),
        new("issuer", "text", "Who issued it."),
        new("names", "list", "The DNS names and IP addresses that it is for."),
        new("not_before", "time", "From when it is valid."),
        new("not_after", "time", "Until when."),
        new("days_left", "number", "Whole days until then; negative where it has expired."),
        new("serial", "text", "Its serial number, in hexadecimal digits."),
        new("sha256", "text", "Its fingerprint."),
        new("chain", "list", "The certificates as the server sent them, its own first: subject, issuer, not_after, sha256."),
        new("trusted", "boolean", "Name, dates and issuers are as a browser wants them; whether it was revoked is not asked."),
        new("same_as_file", "boolean", "It is the one in `file`."),
    ];

    public override IReadOnlyList<OwnAssertion> OwnAssertions => [new("days_left", "days_left > 0"), new("trusted", "trusted")];

    public override PlaceKind RunsAt => PlaceKind.Localhost;

    public override bool AllowsAt => true;

    public override KindWork? Bind(Arguments arguments)
    {
        var address = arguments.Get("address", ServerAddress.Bracketed);
        var name = arguments.Get("server_name", ServerAddress.NameAlone);
        var ca = Trust.Bind(arguments);
        var file = arguments.Get("file", SettingTypes.Text);
        return address is null || arguments.HasProblems ? null : new TlsWork(this, address, name, ca, file);
    }
}
