using Playbooks.Model;
using Playbooks.Running;
using Playbooks.Templating;

namespace Playbooks.Recording;

/// <summary>
/// One thing that is looked at on hosts: first by a script, then by steps such as those that will be written, so that what is written is
/// what the kinds themselves have seen.
/// </summary>
internal abstract class Subject(Notes notes)
{
    /// <summary>What cannot be recorded is said here.</summary>
    protected Notes Notes { get; } = notes;

    /// <summary>What stands in a note where a look at it failed.</summary>
    public abstract string Name { get; }

    /// <summary>The scripts of the first look, each with a word that tells its answer from others'.</summary>
    public abstract IEnumerable<(string Id, LookWork Work)> Scripts { get; }

    /// <summary>A host's answer to a script.</summary>
    public abstract void Read(Host host, string id, string stdout, string stderr);

    /// <summary>The steps of the second look.</summary>
    public virtual IEnumerable<WrittenStep> Asks => [];

    /// <summary>What a step of the second look found for an item of its loop, on a host.</summary>
    public virtual void Read(Host host, string id, int item, HostResult result)
    {
    }

    /// <summary>The steps that hold as long as nothing changes.</summary>
    public abstract IEnumerable<WrittenStep> Steps { get; }

    /// <summary>A field of a result as a text; null: it is none.</summary>
    protected static string? Text(DataMap fields, string name) => fields.GetValueOrDefault(name) as string;

    /// <summary>The texts of a list.</summary>
    protected static IReadOnlyList<string> Texts(DataMap fields, string name) => fields.GetValueOrDefault(name) is IEnumerable<object?> items ? [.. items.OfType<string>()] : [];

    /// <summary>Why an item could not be looked at.</summary>
    protected static string Why(HostResult result) => result.Error ?? result.Fields.Select(field => field.Value).OfType<Absent>().FirstOrDefault()?.Message ?? "what came back does not say it";

    /// <summary>The last line of what a program complained of, which says what ended it; null: it said nothing.</summary>
    protected static string? LastLine(string? stderr) => stderr?.Split('\n').LastOrDefault(line => line.Trim().Length > 0)?.Trim();

    /// <summary>Where rights were missing and nobody lent any.</summary>
    protected string OfferSudo(string? said) => !Notes.HasSudo && said?.Contains("denied", StringComparison.OrdinalIgnoreCase) == true ? "; `--sudo` may read it" : "";
}

/// <summary>What could not be found out or is not recorded, and of which hosts.</summary>
public sealed class Notes
{
    private readonly List<string> texts = [];
    private readonly Dictionary<string, (List<string> Hosts, HashSet<string> Known)> all = [];

    /// <summary>It looks with another's rights already.</summary>
    public bool HasSudo { get; init; }

    public void Add(Host host, string text)
    {
        if (!all.TryGetValue(text, out var whom))
        {
            all[text] = whom = ([], []);
            texts.Add(text);
        }
        if (whom.Known.Add(host.Name)) whom.Hosts.Add(host.Name);
    }

    /// <summary>Some of what should be looked at could not be.</summary>
    public bool HasFailures { get; private set; }

    public void Fail(Host host, string text)
    {
        HasFailures = true;
        Add(host, text);
    }

    /// <summary>A sentence each, with the hosts before it.</summary>
    public IReadOnlyList<string> Sentences => [.. texts.Select(text => $"{string.Join(", ", NameFolding.Fold(all[text].Hosts))}: {text}")];
}

/// <summary>A step to be written: for these hosts, and once for each item that they have.</summary>
/// <param name="Name">A sentence.</param>
/// <param name="Hosts">Whom it is about.</param>
/// <param name="Body">Its kind and the keys beside it.</param>
internal sealed record WrittenStep(string Name, IReadOnlyCollection<Host> Hosts, params IReadOnlyList<(string Key, YamlTree Value)> Body)
{
    public string? Id { get; init; }

    /// <summary>What each host has, under a name: a loop over that where <see cref="As"/> names an item; else its body holds it as <see cref="Listed"/>.</summary>
    public (string Name, IReadOnlyDictionary<Host, YamlTree> Each)? Table { get; init; }

    public string? As { get; init; }

    /// <summary>In a body: what this host has in the table.</summary>
    public static YamlTree Listed { get; } = YamlTree.Code("{{ listed }}");

    /// <summary>Whether its command is a program of that name.</summary>
    public bool Uses(string program) => Body.Any(entry => entry.Key == "command" && entry.Value.Write().Contains($"{{{{ {program} }}}}", StringComparison.Ordinal));

    /// <summary>Above the step, for who keeps the file.</summary>
    public string? Comment { get; init; }
}
