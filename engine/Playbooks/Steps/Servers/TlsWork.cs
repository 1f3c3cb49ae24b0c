using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Steps.Servers;

/// <summary>A `tls` step, bound.</summary>
internal sealed record TlsWork(StepKind Kind, Setting<ServerAddress> Address, Setting<string>? ServerName, Setting<string>? Ca, Setting<string>? File) : KindWork(Kind)
{
    private const int Port = 443;

    /// <summary>The path is a word of what reads the file on a host.</summary>
    public override IEnumerable<Template> OnCommandLine => File?.Templates ?? [];

    public override Effect Effect => Effect.None;

    public override bool TakesSudo => File is not null;

    public override async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var address = Address.Get(context.Scope);
        var name = ServerName?.Get(context.Scope) ?? address.Host;
        // It is looked at whether it is trusted or not.
        var trust = Trust.Fill(Ca, verify: false, context.Scope);
        var file = File is null ? null : CertificateFile.Of(File, context);
        var shown = address.Shown(Port);
        var began = context.Time.GetTimestamp();
        Handshake? seen = null;
        var result = await Asking.Run(context, () => $"{shown}{Asking.From(context.Machine)}", async (from, until) =>
        {
            seen = await Handshake.Make(await Reach.Open(from, address.Host, address.Port ?? Port, until), name, trust, null, until);
            await seen.Stream.DisposeAsync();
            return StepResult.Passed(DataMap.Empty);
        }, cancel);
        if (seen is null) return result;
        if (seen.Sent is not [var own, ..]) return StepResult.Failed(DataMap.Empty, $"{shown} showed no certificate");

        var fields = Certificates.Fields(own, context.Time.GetUtcNow()).ToDictionary();
        fields["chain"] = seen.Sent.Select(Certificates.Link).ToList<object?>();
        fields["trusted"] = seen.Distrust is null;
        List<string> notes = seen.Distrust is { } reason ? [$"{Certificates.Distrusted}{reason}"] : [];
        fields["same_as_file"] = new Absent("there is no `file` to compare the certificate with", "give this `tls` the `file` that the server should show");
        if (file is not null)
        {
            var (stored, wrong) = await file.Read(context.Since(began), cancel);
            if (stored is null) return wrong! with { Fields = new DataMap(fields.Where(field => field.Key != "same_as_file")) };
            var same = own.AsSpan().SequenceEqual(stored);
            fields["same_as_file"] = same;
            if (!same) notes.Add($"{file.Shown} holds another certificate: {Certificates.Describe(stored)}; the server shows {Certificates.Describe(own)}");
        }
        return StepResult.Passed(new DataMap(fields)) with { Notes = notes };
    }
}
